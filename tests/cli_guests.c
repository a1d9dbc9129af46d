/*
 * Guests that loop, sleep, recurse, fill and print without end, look for ways
 * out, or are no proper modules at all. Each ends in its own outcome within its
 * limits, and recast goes on.
 */

#include "core/clock.h"
#include "core/prng.h"
#include "tests/sandbox.h"

enum { MIB = 1 << 20 };

static const uint64_t MS = 1000000, SECOND = 1000000000;

/* ---- guests in C: tests/data/guests.c */

/* How one of them must end. */
struct ending {
	const char *name;
	enum outcome outcome;
	int exit_code;
	bool by_call;
	const char *trap;   /* the whole of it */
	const char *where;  /* its beginning: names as they stand in C */
	const char *output; /* the whole of stdout, or NULL */
	bool near_memory_limit;
	const char *env;
	struct limits limits;
	uint64_t disk_max;
};

static const struct ending endings[] = {
	/* time */
	{"loop_forever", OUTCOME_OUT_OF_FUEL, .where = "loop_forever < main <", .limits = {.fuel = 10000000}},
	{"loop_forever", OUTCOME_OUT_OF_TIME, .where = "loop_forever < main <",
	 .limits = {.fuel = INT64_MAX, .deadline_ns = 50 * 1000000}},
	{"sleep_long", OUTCOME_OUT_OF_TIME, .where = "__wasi_poll_oneoff < clock_nanosleep < sleep < sleep_long"},
	{"sleep_often", OUTCOME_OUT_OF_TIME, .where = "__wasi_poll_oneoff < clock_nanosleep < usleep < sleep_often"},
	{"sleep_for_no_time", OUTCOME_OUT_OF_FUEL, .limits = {.fuel = 10000000}},
	{"watch_the_clock", OUTCOME_OUT_OF_FUEL, .limits = {.fuel = 10000000}},
	{"sleep_within_bounds", OUTCOME_EXITED, .output = "50\n"},
	/* stack */
	{"recurse_forever", OUTCOME_TRAPPED, .trap = "call stack exhausted", .where = "recurse < recurse < recurse <"},
	{"recurse_with_frames", OUTCOME_TRAPPED, .trap = "access outside memory", .where = "fill_frame < fill_frame <"},
	{"allocate_on_stack", OUTCOME_TRAPPED, .trap = "access outside memory", .where = "allocate_on_stack < main <"},
	/* memory */
	{"malloc_forever", OUTCOME_EXITED, .output = "ENOMEM after 28 MiB\n", .near_memory_limit = true},
	{"grow_forever", OUTCOME_EXITED, .output = "stopped at 31 MiB\n", .near_memory_limit = true},
	{"malloc_too_much", OUTCOME_EXITED, .output = "NULL\n"},
	/* disk */
	{"fill_one_file", OUTCOME_DISK_LIMIT, .where = "__wasi_fd_write < write < fill_one_file < main"},
	{"make_many_files", OUTCOME_DISK_LIMIT, .where = "__wasi_path_open <"},
	{"make_many_folders", OUTCOME_DISK_LIMIT, .where = "__wasi_path_create_directory <"},
	{"look_for_many_files", OUTCOME_DISK_LIMIT, .where = "__wasi_path_filestat_get <"},
	{"seek_and_write", OUTCOME_DISK_LIMIT, .where = "__wasi_fd_write < write < seek_and_write < main"},
	{"truncate_up", OUTCOME_DISK_LIMIT, .where = "__wasi_fd_filestat_set_size < ftruncate < truncate_up < main"},
	{"allocate_on_disk", OUTCOME_DISK_LIMIT, .where = "__wasi_fd_allocate < posix_fallocate < allocate_on_disk <"},
	{"write_at_the_end_of_numbers", OUTCOME_EXITED, .output = "EFBIG\nok\nEINVAL\nEFBIG\n"},
	{"reuse_the_disk", OUTCOME_EXITED, .output = "done\n"},
	{"remove_while_reading", OUTCOME_EXITED, .output = "300, ok\n"},
	/* output */
	{"print_forever", OUTCOME_OUTPUT_LIMIT, .where = "__wasi_fd_write <"},
	{"complain_forever", OUTCOME_OUTPUT_LIMIT, .where = "__wasi_fd_write <", .output = ""},
	{"write_all_memory", OUTCOME_OUTPUT_LIMIT, .where = "__wasi_fd_write < write < write_all_memory < main"},
	/* ways out; read_secrets has a test of its own */
	{"follow_loops", OUTCOME_EXITED, .output = "/loop: ELOOP\n/a: ELOOP\n/l9/x: ELOOP\n"},
	{"open_sockets", OUTCOME_EXITED, .output = "none\n"},
	{"open_many_files", OUTCOME_EXITED, .output = "many, EMFILE\n"},
	/* ends: what main returned can be told from what exit was given */
	{"return_zero", OUTCOME_EXITED, .output = "returned\n"},
	{"exit_zero", OUTCOME_EXITED, .by_call = true, .output = "exited\n"},
	{"exit_at_once", OUTCOME_EXITED, .by_call = true, .output = ""},
	{"exit_200", OUTCOME_EXITED, 200, .by_call = true},
	{"exit_negative", OUTCOME_EXITED, 255, .by_call = true},
	{"exit_handlers", OUTCOME_EXITED, 9, .by_call = true, .output = "bye\n"},
	{"return_zero", OUTCOME_EXITED, .by_call = true, .env = "EARLY=exit", .output = ""},
	{"return_zero", OUTCOME_OUT_OF_FUEL, .env = "EARLY=loop", .where = "loop_forever < begin < __wasm_call_ctors <",
	 .limits = {.fuel = 10000000}},
	{"return_zero", OUTCOME_TRAPPED, .env = "EARLY=trap", .trap = "abort or unreachable code",
	 .where = "reach_the_unreachable < begin < __wasm_call_ctors <"},
	{"call_abort", OUTCOME_TRAPPED, .trap = "abort or unreachable code", .where = "abort < call_abort < main <",
	 .output = "before\n"},
	{"fail_assertion", OUTCOME_TRAPPED, .trap = "abort or unreachable code",
	 .where = "abort < __assert_fail < fail_assertion < main"},
	{"raise_sigterm", OUTCOME_TRAPPED, .trap = "abort or unreachable code",
	 .where = "abort < terminate_handler < raise < raise_sigterm"},
	{"raise_in_wasi", OUTCOME_TRAPPED, .trap = "raised a signal", .where = "raise_in_wasi < main <"},
	/* traps */
	{"write_wild", OUTCOME_TRAPPED, .trap = "access outside memory", .where = "write_wild < main <"},
	{"read_null", OUTCOME_EXITED, .output = "0\n"},
	{"divide_by_zero", OUTCOME_TRAPPED, .trap = "division by zero", .where = "divide_by_zero < main <"},
	{"overflow_division", OUTCOME_TRAPPED, .trap = "integer overflow", .where = "overflow_division < main <"},
	{"reach_the_unreachable", OUTCOME_TRAPPED, .trap = "abort or unreachable code",
	 .where = "reach_the_unreachable < main <"},
	{"call_null", OUTCOME_TRAPPED, .trap = "call through a null pointer", .where = "call_null < main <"},
	{"call_nowhere", OUTCOME_TRAPPED, .trap = "call through a pointer that is no function",
	 .where = "call_nowhere < main <"},
	{"call_as_another", OUTCOME_TRAPPED, .trap = "call through a pointer of another type",
	 .where = "call_as_another < main <"},
	{"jump_to_the_dead", OUTCOME_TRAPPED, .trap = "uncaught exception", .where = "__wasm_longjmp < jump_to_the_dead <"},
	{"jump_often", OUTCOME_EXITED, .output = "100001\n"},
	/* calls that no C library makes */
	{"read_huge_lists", OUTCOME_EXITED, .output = "0 1048576\n1\n1\n"},
	{"ask_for_much_chance", OUTCOME_OUT_OF_TIME, .where = "ask_for_much_chance < main <",
	 .limits = {.fuel = INT64_MAX, .deadline_ns = 50 * 1000000}},
	{"no such guest", OUTCOME_EXITED, 99, .by_call = true},
};

static bool begins(const char *text, const char *beginning)
{
	return !beginning || strncmp(text, beginning, strlen(beginning)) == 0;
}

static void check_ending(struct sandbox *s, struct module *module, const struct ending *e)
{
	struct guest g = {
		.args = (const char *const[]){e->name, NULL},
		.env = (const char *const[]){e->env, NULL},
		.limits = e->limits,
	};
	struct guest_end end = sandbox_start(s, module, &g);
	struct limits limits = sandbox_limits(&g);
	tap_print("# %s %s: %s %s in %s, %llu ms\n", e->name, e->env ? e->env : "", outcome_name(end.run.outcome),
		  end.run.trap, end.run.where, (unsigned long long)(end.run.wall_ns / MS));
	is_int(end.failed, 0);
	is_str(outcome_name(end.run.outcome), outcome_name(e->outcome));
	is_int(end.run.exit_code, e->exit_code);
	is_int(end.run.exited_by_call, e->by_call);
	is_str(end.run.trap, e->trap ? e->trap : "");
	if (!ok(begins(end.run.where, e->where)))
		is_str(end.run.where, e->where);
	if (e->output)
		is_str(end.out.ptr, e->output);
	is_int(end.run.memory_near_limit, e->near_memory_limit);
	ok(end.run.fuel <= limits.fuel);
	ok(end.run.memory_bytes <= limits.memory_bytes);
	ok(end.out.len <= MIB && end.err.len <= MIB && end.disk_used <= 4 * MIB);
	/* A deadline is kept, even where the machine has much else to do. */
	ok(end.run.wall_ns < limits.deadline_ns + 10 * SECOND);
}

static struct module *load_guests(struct sandbox *s)
{
	struct err err = {0};
	struct module *module = NULL;
	struct str bytes = sandbox_module(s, sandbox_file(s, "tests/data/guests.c").ptr);
	sandbox_check(module_load(s->tools.engine, s->tools.cache, NULL, bytes, &module, &err), &err);
	return module;
}

/* A project that brought links to places outside of it. */
static void read_secrets(struct sandbox *s, struct module *module)
{
	static const char wanted[] =
		"/etc/passwd: ENOENT\n"
		"../etc/passwd: EPERM\n"
		"../../../../etc/passwd: EPERM\n"
		"/tmp/../../etc/passwd: EPERM\n"
		"/src/./.././../etc/passwd: EPERM\n"
		"/proc/self/environ: ENOENT\n"
		"//etc//passwd: ENOENT\n"
		"EPERM\n"
		"/tmp/absolute: ENOENT\n"
		"ok\n"
		"/tmp/relative: EPERM\n"
		"ok\n"
		"/tmp/up/etc/passwd: ENOENT\n"
		"/tmp/up/up/etc/passwd: ENOENT\n"
		"/src/outside: EPERM\n"
		"/src/outside-relative: EPERM\n"
		"/src/folder-outside/passwd: EPERM\n"
		"/src/inside: ok\n"
		"  inside\n"
		"EPERM\n"
		"ENOENT\n"
		"EPERM\n"
		"ENOTSUP\n";
	struct err err = {0};
	const char *folder = sandbox_folder(s, "links");
	sandbox_write(folder, "file", STR("inside\n"));
	is_int(symlink("/etc/passwd", arena_printf(&s->arena, "%s/outside", folder)), 0);
	is_int(symlink("../../../../etc/passwd", arena_printf(&s->arena, "%s/outside-relative", folder)), 0);
	is_int(symlink("/etc", arena_printf(&s->arena, "%s/folder-outside", folder)), 0);
	is_int(symlink("file", arena_printf(&s->arena, "%s/inside", folder)), 0);
	SCOPED_TREE struct tree *tree = tree_new();
	const struct fs_walk_limits limits = {100, MIB, MIB, 10};
	is_int(tree_add_host(tree, "/src", folder, &limits, NULL, &err), 0);
	is_int(tree_add_folder(tree, "/src", true, &err), 0);
	is_int(tree_add_folder(tree, "/tmp", true, &err), 0);
	struct guest g = {.tree = tree, .args = (const char *const[]){"read_secrets", NULL}};
	struct guest_end end = sandbox_start(s, module, &g);
	is_int(end.run.outcome, OUTCOME_EXITED);
	sandbox_same_lines(end.out, STR(wanted));
}

/* Every function of the interface with every kind of argument: whatever the
 * guest gets for it, recast stands. */
static void babble(struct sandbox *s, struct module *module)
{
	struct err err = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(tree_add_file(tree, "/a", STR("beneath"), &err), 0);
	is_int(tree_add_file(tree, "/b/a", STR("beneath"), &err), 0);
	is_int(tree_add_file(tree, "/b/b/a", STR("beneath"), &err), 0);
	is_int(tree_add_folder(tree, "/b/b", true, &err), 0);
	for (unsigned seed = 0; seed < 40; seed++) {
		char env[32];
		snprintf(env, sizeof(env), "BABBLE=%u", seed);
		struct guest g = {
			.tree = tree,
			.args = (const char *const[]){"babble", NULL},
			.env = (const char *const[]){env, NULL},
			.input = STR("some input"),
			.limits = {.deadline_ns = 5 * SECOND},
		};
		/* Twice, because there is nothing that could make a difference. */
		struct guest_end one = sandbox_start(s, module, &g), two = sandbox_start(s, module, &g);
		if (one.failed || two.failed || one.run.fuel != two.run.fuel || one.run.outcome != two.run.outcome)
			tap_ok(false, "each seed ends, and twice in the same way", __FILE__, __LINE__);
		tap_print("# %s: %s %s, %llu ms\n", env, outcome_name(one.run.outcome), one.run.trap,
			  (unsigned long long)(one.run.wall_ns / MS));
	}
}

static void guests_in_c(struct sandbox *s)
{
	struct module *module = load_guests(s);
	for (size_t i = 0; i < countof(endings); i++)
		check_ending(s, module, &endings[i]);
	read_secrets(s, module);
	babble(s, module);
	module_free(module);
}

/* ---- several at once */

struct crowd {
	struct sandbox *s;
	struct module *module;
	struct wasi_world world;
	uint64_t fuel[100];
};

static void run_one_of_many(void *data, size_t index)
{
	struct crowd *c = data;
	struct run_result r;
	struct limits limits = {.fuel = 100000000, .deadline_ns = 60 * SECOND, .memory_bytes = 32 * MIB};
	SCOPED(wasi_release) struct wasi w;
	wasi_init(&w, &c->world);
	if (engine_run(c->module, &limits, &w, &r, NULL) == 0 && r.outcome == OUTCOME_OUT_OF_FUEL)
		c->fuel[index] = r.fuel;
}

/* More threads than the engine keeps room for. */
static void crowd(struct sandbox *s)
{
	struct err err = {0};
	struct crowd c = {.s = s, .module = load_guests(s)};
	SCOPED_TREE struct tree *tree = tree_new();
	c.world = (struct wasi_world){
		.tree = tree,
		.args = (const char *const[]){"guest", "loop_forever"},
		.args_len = 2,
		.output_max = 100,
	};
	struct parallel p = {
		.threads = countof(c.fuel),
		.stack_bytes = engine_stack_bytes(ENGINE_GUEST),
		.work = run_one_of_many,
		.data = &c,
	};
	is_int(parallel_run(&p, countof(c.fuel), &err), 0);
	size_t good = 0;
	for (size_t i = 0; i < countof(c.fuel); i++)
		good += c.fuel[i] == 100000000;
	is_int(good, countof(c.fuel));
	module_free(c.module);
}

/* ---- modules made by hand */

enum section { TYPES = 1, IMPORTS, FUNCTIONS, TABLES, MEMORIES, GLOBALS, EXPORTS, START, ELEMENTS, CODE, DATA };

static void append_leb(struct buf *b, size_t n)
{
	for (; n >= 0x80; n >>= 7)
		buf_append_char(b, (char)(n | 0x80));
	buf_append_char(b, (char)n);
}

static void begin_module(struct buf *b)
{
	buf_init(b, 64 * MIB);
	buf_append(b, "\0asm\1\0\0\0", 8);
}

static void append_section(struct buf *b, enum section section, struct str bytes)
{
	buf_append_char(b, (char)section);
	append_leb(b, bytes.len);
	buf_append_str(b, bytes);
}

/* Type 0 is () → (), type 1 fd_write's. */
#define TYPES_USED "\2\x60\0\0\x60\4\x7f\x7f\x7f\x7f\1\x7f"
#define IMPORT(module_len, module, name_len, name, type) "\1" module_len module name_len name "\0" type
#define WASI "wasi_snapshot_preview1"
#define NOP_BODY "\1\2\0\x0b"
#define EXPORT_START(index) "\6_start\0" index
#define EXPORT_MEMORY "\6memory\2\0"
#define NONE {"", 0}
#define BYTES(literal) {(literal), sizeof(literal) - 1}

struct raw {
	const char *what;
	const char *refused;  /* a part of the error when it is loaded; NULL if it can be */
	enum outcome outcome; /* else of its run */
	const char *trap;     /* its beginning */
	int exit_code;
	struct {
		enum section section;
		struct str bytes;
	} sections[9];
};

static const struct raw raw_modules[] = {
	{"nothing but a _start", .outcome = OUTCOME_EXITED,
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {EXPORTS, BYTES("\1" EXPORT_START("\0"))},
		      {CODE, BYTES(NOP_BODY)}}},
	{"no code at all", .outcome = OUTCOME_REFUSED, .trap = "it has no _start to run"},
	{"no _start", .outcome = OUTCOME_REFUSED, .trap = "it has no _start to run",
	 .sections = {{MEMORIES, BYTES("\1\0\1")}, {EXPORTS, BYTES("\1" EXPORT_MEMORY)}}},
	{"_start is a memory", .outcome = OUTCOME_REFUSED, .trap = "it has no _start to run",
	 .sections = {{MEMORIES, BYTES("\1\0\1")}, {EXPORTS, BYTES("\1\6_start\2\0")}}},
	{"_start takes arguments", .outcome = OUTCOME_REFUSED, .trap = "expected 4 arguments",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\1")}, {EXPORTS, BYTES("\1" EXPORT_START("\0"))},
		      {CODE, BYTES("\1\4\0\x20\0\x0b")}}},
	/* exits with what fd_write said: 21, EFAULT */
	{"a WASI call without a memory", .outcome = OUTCOME_EXITED, .exit_code = 21,
	 .sections = {{TYPES, BYTES("\3\x60\0\0\x60\4\x7f\x7f\x7f\x7f\1\x7f\x60\1\x7f\0")},
		      {IMPORTS, BYTES("\2\x16" WASI "\x08"
				      "fd_write\0\1\x16" WASI "\x09"
				      "proc_exit\0\2")},
		      {FUNCTIONS, BYTES("\1\0")},
		      {EXPORTS, BYTES("\1" EXPORT_START("\2"))},
		      {CODE, BYTES("\1\x0e\0\x41\1\x41\0\x41\1\x41\0\x10\0\x10\1\x0b")}}},
	{"a WASI call when memory is no memory", .outcome = OUTCOME_EXITED, .exit_code = 21,
	 .sections = {{TYPES, BYTES("\3\x60\0\0\x60\4\x7f\x7f\x7f\x7f\1\x7f\x60\1\x7f\0")},
		      {IMPORTS, BYTES("\2\x16" WASI "\x08"
				      "fd_write\0\1\x16" WASI "\x09"
				      "proc_exit\0\2")},
		      {FUNCTIONS, BYTES("\1\0")},
		      {EXPORTS, BYTES("\2" EXPORT_START("\2") "\6memory\0\0")},
		      {CODE, BYTES("\1\x0e\0\x41\1\x41\0\x41\1\x41\0\x10\0\x10\1\x0b")}}},
	{"a WASI call before _start", .outcome = OUTCOME_EXITED, .exit_code = 7,
	 .sections = {{TYPES, BYTES("\2\x60\0\0\x60\1\x7f\0")},
		      {IMPORTS, BYTES("\1\x16" WASI "\x09"
				      "proc_exit\0\1")},
		      {FUNCTIONS, BYTES("\1\0")},
		      {EXPORTS, BYTES("\1" EXPORT_START("\1"))},
		      {START, BYTES("\1")},
		      {CODE, BYTES("\1\6\0\x41\7\x10\0\x0b")}}},
	{"a start function that loops", .outcome = OUTCOME_OUT_OF_FUEL,
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {EXPORTS, BYTES("\1" EXPORT_START("\0"))},
		      {START, BYTES("\0")}, {CODE, BYTES("\1\7\0\x03\x40\x0c\0\x0b\x0b")}}},
	{"a start function that traps", .outcome = OUTCOME_TRAPPED, .trap = "abort or unreachable code",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {EXPORTS, BYTES("\1" EXPORT_START("\0"))},
		      {START, BYTES("\0")}, {CODE, BYTES("\1\3\0\0\x0b")}}},
	{"data outside memory", .outcome = OUTCOME_TRAPPED, .trap = "access outside memory",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {MEMORIES, BYTES("\1\0\1")},
		      {EXPORTS, BYTES("\1" EXPORT_START("\0"))}, {CODE, BYTES(NOP_BODY)},
		      {DATA, BYTES("\1\0\x41\xff\xff\3\x0b\2xy")}}},
	{"elements outside their table", .outcome = OUTCOME_TRAPPED, .trap = "call through a pointer that is no function",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {TABLES, BYTES("\1\x70\0\1")},
		      {EXPORTS, BYTES("\1" EXPORT_START("\0"))}, {ELEMENTS, BYTES("\1\0\x41\1\x0b\1\0")},
		      {CODE, BYTES(NOP_BODY)}}},
	{"imports what nobody has", .refused = "unknown import: `env::nope`",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {IMPORTS, BYTES(IMPORT("\3", "env", "\4", "nope", "\0"))}}},
	{"imports from WASI what is not there", .refused = "unknown import",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {IMPORTS, BYTES(IMPORT("\x16", WASI, "\4", "fork", "\0"))}}},
	{"imports fd_write as another type", .refused = "incompatible import type",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {IMPORTS, BYTES(IMPORT("\x16", WASI, "\x08", "fd_write", "\0"))}}},
	{"imports a memory", .refused = "unknown import", .sections = {{IMPORTS, BYTES("\1\3env\6memory\2\0\1")}}},
	{"more memory than the limit at once", .outcome = OUTCOME_REFUSED, .trap = "memory minimum size of 1024 pages",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {MEMORIES, BYTES("\1\0\x80\x08")},
		      {EXPORTS, BYTES("\1" EXPORT_START("\0"))}, {CODE, BYTES(NOP_BODY)}}},
	{"as much memory as there can be", .outcome = OUTCOME_REFUSED, .trap = "memory minimum size of 65536 pages",
	 .sections = {{MEMORIES, BYTES("\1\0\x80\x80\4")}}},
	{"more than there can be", .refused = "memory size must be at most", .sections = {{MEMORIES, BYTES("\1\0\x81\x80\4")}}},
	{"two memories", .refused = "memories", .sections = {{MEMORIES, BYTES("\2\0\1\0\1")}}},
	{"a shared memory", .refused = "shared", .sections = {{MEMORIES, BYTES("\1\3\1\1")}}},
	{"a 64-bit memory", .refused = "memory64", .sections = {{MEMORIES, BYTES("\1\4\1")}}},
	{"a table of 1,000,000,000", .refused = "table", .sections = {{TABLES, BYTES("\1\x70\0\x80\x94\xeb\xdc\3")}}},
	{"many tables", .refused = "table",
	 .sections = {{TABLES, BYTES("\6\x70\0\1\x70\0\1\x70\0\1\x70\0\1\x70\0\1\x70\0\1")}}},
	/* loop: table.grow by 65536; branch while it is not -1 */
	{"a table that grows", .outcome = OUTCOME_EXITED,
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {TABLES, BYTES("\1\x70\0\1")},
		      {EXPORTS, BYTES("\1" EXPORT_START("\0"))},
		      {CODE, BYTES("\1\x13\0\x03\x40\xd0\x70\x41\x80\x80\4\xfc\x0f\0\x41\x7f\x47\x0d\0\x0b\x0b")}}},
	{"60,000 locals", .refused = "too many locals",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")},
		      {CODE, BYTES("\1\6\1\xe0\xd4\3\x7e\x0b")}}},
	{"a function without a body", .refused = "code section is absent", .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}}},
	{"a stack that does not hold", .refused = "type mismatch",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {CODE, BYTES("\1\3\0\x6a\x0b")}}},
	{"an atomic instruction", .refused = "threads",
	 .sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {MEMORIES, BYTES("\1\0\1")},
		      {CODE, BYTES("\1\x0b\0\x41\0\x41\1\xfe\0\2\0\x1a\x0b")}}},
};

static void build_raw(const struct raw *r, struct buf *b)
{
	begin_module(b);
	for (size_t i = 0; i < countof(r->sections) && r->sections[i].section; i++)
		append_section(b, r->sections[i].section, r->sections[i].bytes);
}

static void check_raw(struct sandbox *s, const struct raw *r)
{
	SCOPED_BUF struct buf b;
	build_raw(r, &b);
	struct guest g = {.module = buf_str(&b), .limits = {.fuel = 10000000}};
	struct guest_end end = sandbox_run(s, &g);
	tap_print("# %s: %s%s %s\n", r->what, end.error.text, end.failed ? "" : outcome_name(end.run.outcome), end.run.trap);
	is_int(end.failed, r->refused ? -1 : 0);
	if (r->refused) {
		is_int(end.error.kind, ERR_PARSE);
		ok(strstr(end.error.text, r->refused) != NULL);
		return;
	}
	is_str(outcome_name(end.run.outcome), outcome_name(r->outcome));
	ok(begins(end.run.trap, r->trap));
	is_int(end.run.exit_code, r->exit_code);
}

/* Loads it as a stranger's bytes, and runs it if it can be. */
static bool survives(struct sandbox *s, struct str bytes)
{
	/* A block of its own size, so that ASan sees a read past the end; and no
	 * cache, since nobody asks for these again. */
	char *copy = malloc(max_size(bytes.len, 1));
	if (bytes.len)
		memcpy(copy, bytes.ptr, bytes.len);
	struct module *module;
	struct err err = {0};
	bool held = true;
	if (module_load(s->tools.engine, NULL, NULL, (struct str){copy, bytes.len}, &module, &err) == 0) {
		struct guest g = {.limits = {.fuel = 100000}, .output_max = 1000};
		held = sandbox_start(s, module, &g).failed == 0;
		module_free(module);
	} else {
		held = err.kind == ERR_PARSE && err.text[0];
	}
	free(copy);
	return held;
}

/* A module with a bit of everything, to be spoilt. */
static void begin_small_module(struct buf *b)
{
	static const struct raw small = {
		.sections = {{TYPES, BYTES(TYPES_USED)},
			     {IMPORTS, BYTES(IMPORT("\x16", WASI, "\x08", "fd_write", "\1"))},
			     {FUNCTIONS, BYTES("\1\0")},
			     {TABLES, BYTES("\1\x70\0\1")},
			     {MEMORIES, BYTES("\1\0\1")},
			     {EXPORTS, BYTES("\2" EXPORT_START("\1") EXPORT_MEMORY)},
			     {ELEMENTS, BYTES("\1\0\x41\0\x0b\1\1")},
			     {CODE, BYTES("\1\x0d\0\x41\1\x41\0\x41\1\x41\x10\x10\0\x1a\x0b")},
			     {DATA, BYTES("\1\0\x41\0\x0b\x0b\x08\0\0\0\3\0\0\0hi\n")}},
	};
	build_raw(&small, b);
	/* and a name section, which is read when it traps */
	buf_append(b, "\0\x13\4name\1\x0c\2\0\1w\1\6_start", 21);
}

static void small_module_runs(struct sandbox *s)
{
	SCOPED_BUF struct buf b;
	begin_small_module(&b);
	struct guest g = {.module = buf_str(&b)};
	struct guest_end end = sandbox_run(s, &g);
	if (!is_int(end.failed, 0))
		tap_print("# %s\n", end.error.text);
	is_str(end.out.ptr, "hi\n");
}

static void truncated(struct sandbox *s)
{
	SCOPED_BUF struct buf b;
	begin_small_module(&b);
	for (size_t len = 0; len <= b.len; len++) {
		if (!survives(s, (struct str){b.ptr, len}))
			tap_ok(false, "cut at any byte, it is refused or runs", __FILE__, __LINE__);
	}
}

static void changed(struct sandbox *s)
{
	SCOPED_BUF struct buf b;
	struct prng p = {7};
	begin_small_module(&b);
	for (size_t i = 0; i < b.len; i++) {
		char kept = b.ptr[i];
		b.ptr[i] = (char)prng_next(&p);
		if (!survives(s, buf_str(&b)))
			tap_ok(false, "with any byte changed, it is refused or runs", __FILE__, __LINE__);
		b.ptr[i] = kept;
	}
}

static void random_bytes(struct sandbox *s)
{
	struct prng p = {8};
	char bytes[256];
	for (size_t n = 0; n < 300; n++) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)prng_next(&p);
		if (n % 2)
			memcpy(bytes, "\0asm\1\0\0\0", 8);
		if (!survives(s, (struct str){bytes, n % sizeof(bytes)}))
			tap_ok(false, "random bytes are refused", __FILE__, __LINE__);
	}
}

/* Shapes that make a compiler recurse or take long. */
static void large_functions(struct sandbox *s)
{
	static const struct {
		const char *what;
		struct str before, middle, after;
		size_t times;
	} shapes[] = {
		{"nested blocks", NONE, BYTES("\x02\x40"), BYTES("\x0b"), 50000},
		{"nested loops with ifs", NONE, BYTES("\x03\x40\x41\0\x04\x40"), BYTES("\x0b\x0b"), 5000},
		{"many drops", NONE, BYTES("\x41\1\x1a"), NONE, 200000},
		{"a long sum", BYTES("\x41\0"), BYTES("\x41\1\x6a"), NONE, 50000},
	};
	for (size_t i = 0; i < countof(shapes); i++) {
		SCOPED_BUF struct buf b, body, code;
		buf_init(&body, 64 * MIB);
		buf_init(&code, 64 * MIB);
		buf_append_char(&body, 0);
		buf_append_str(&body, shapes[i].before);
		for (size_t n = 0; n < shapes[i].times; n++)
			buf_append_str(&body, shapes[i].middle);
		for (size_t n = 0; n < shapes[i].times; n++)
			buf_append_str(&body, shapes[i].after);
		buf_append_cstr(&body, shapes[i].before.len ? "\x1a\x0b" : "\x0b");
		buf_append_char(&code, 1);
		append_leb(&code, body.len);
		buf_append_str(&code, buf_str(&body));
		begin_module(&b);
		append_section(&b, TYPES, (struct str)BYTES(TYPES_USED));
		append_section(&b, FUNCTIONS, (struct str)BYTES("\1\0"));
		append_section(&b, EXPORTS, (struct str)BYTES("\1" EXPORT_START("\0")));
		append_section(&b, CODE, buf_str(&code));
		uint64_t start = clock_monotonic_ns();
		ok(survives(s, buf_str(&b)));
		tap_print("# %s: %llu ms\n", shapes[i].what, (unsigned long long)((clock_monotonic_ns() - start) / MS));
	}
}

/* As clang's are, once it is compiled: a trap must not look for names in them. */
static void bytes_that_are_gone(struct sandbox *s)
{
	static const struct raw traps = {
		.sections = {{TYPES, BYTES(TYPES_USED)}, {FUNCTIONS, BYTES("\1\0")}, {EXPORTS, BYTES("\1" EXPORT_START("\0"))},
			     {CODE, BYTES("\1\3\0\0\x0b")}},
	};
	SCOPED_BUF struct buf b;
	build_raw(&traps, &b);
	char *copy = malloc(b.len);
	memcpy(copy, b.ptr, b.len);
	struct module *module = NULL;
	struct err err = {0};
	is_int(module_load(s->tools.engine, NULL, NULL, (struct str){copy, b.len}, &module, &err), 0);
	module_forget_bytes(module);
	free(copy);
	struct guest g = {.limits = {.fuel = 1000}};
	struct guest_end end = sandbox_start(s, module, &g);
	is_str(outcome_name(end.run.outcome), "trapped");
	is_str(end.run.where, "function 0");
	module_free(module);
}

static void modules_by_hand(struct sandbox *s)
{
	bytes_that_are_gone(s);
	for (size_t i = 0; i < countof(raw_modules); i++)
		check_raw(s, &raw_modules[i]);
	small_module_runs(s);
	truncated(s);
	changed(s);
	random_bytes(s);
	large_functions(s);
}

static void guests(struct sandbox *s)
{
	guests_in_c(s);
	crowd(s);
	modules_by_hand(s);
	/* After all that, an ordinary guest is as welcome as ever. */
	small_module_runs(s);
}

int main(void)
{
	return sandbox_main(guests);
}
