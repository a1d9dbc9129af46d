/*
 * The same C program under recast's own WASI and under the engine's: every line
 * that it prints must be the same, but for those below, each with its reason.
 * Where the two differ and POSIX has an opinion, recast follows POSIX.
 */

#include "tests/sandbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <wasi.h>
#include <wasmtime.h>

static const char *const guest_args[] = {"one", "two words", "", NULL};
static const char *const guest_env[] = {"NAME=value", "EMPTY=", NULL};
static const char input[] = "first line\nx 17 and more\n";

/* ---- the disk of both: on the host, and read from there into a tree */

static const char *make_disk(struct sandbox *s)
{
	static const struct {
		const char *name, *target;
	} links[] = {
		{"in/link", "hello"},	     {"in/dangling", "nowhere"},    {"in/loop", "loop"},
		{"in/up", "../in/hello"},    {"in/absolute", "/in/hello"},  {"in/far", "../../etc/passwd"},
		{"in/to-folder", "folder"},
	};
	struct err err = {0};
	const char *root = sandbox_folder(s, "root");
	sandbox_folder(s, "root/in");
	sandbox_folder(s, "root/in/folder");
	sandbox_write(root, "in/hello", STR("hello\nworld\n"));
	sandbox_write(root, "in/empty", STR(""));
	sandbox_write(root, "in/folder/x", STR("x"));
	for (size_t i = 0; i < countof(links); i++) {
		if (symlink(links[i].target, arena_printf(&s->arena, "%s/%s", root, links[i].name)) < 0)
			sandbox_check(err_errno(&err, "cannot make %s", links[i].name), &err);
	}
	return root;
}

static struct guest_end run_ours(struct sandbox *s, struct str module, const char *root)
{
	static const struct fs_walk_limits limits = {1000, 1 << 20, 1 << 20, 10};
	struct err err = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	sandbox_check(tree_add_host(tree, "/", root, &limits, NULL, &err), &err);
	sandbox_check(tree_add_folder(tree, "/", true, &err), &err);
	struct guest g = {
		.module = module, .tree = tree, .args = guest_args, .env = guest_env, .input = str_of(input)};
	return sandbox_run(s, &g);
}

/* ---- the engine's own WASI */

static ptrdiff_t keep(void *data, const unsigned char *bytes, size_t len)
{
	buf_append(data, bytes, len);
	return (ptrdiff_t)len;
}

static void keep_no_more(void *data)
{
	(void)data;
}

static wasi_config_t *make_config(const char *root, struct buf *out, struct buf *err)
{
	const char *args[8] = {"guest"}, *names[8], *values[8];
	size_t args_len = 1, env_len = 0;
	for (size_t i = 0; guest_args[i]; i++)
		args[args_len++] = guest_args[i];
	for (; guest_env[env_len]; env_len++) {
		char *name = strdup(guest_env[env_len]), *equals = strchr(name, '=');
		*equals = '\0';
		names[env_len] = name;
		values[env_len] = equals + 1;
	}
	wasi_config_t *config = wasi_config_new();
	wasi_config_set_argv(config, args_len, args);
	wasi_config_set_env(config, env_len, names, values);
	for (size_t i = 0; i < env_len; i++)
		free((char *)(uintptr_t)names[i]);
	wasm_byte_vec_t bytes;
	wasm_byte_vec_new(&bytes, sizeof(input) - 1, input);
	wasi_config_set_stdin_bytes(config, &bytes);
	wasi_config_set_stdout_custom(config, keep, out, keep_no_more);
	wasi_config_set_stderr_custom(config, keep, err, keep_no_more);
	wasi_config_preopen_dir(config, root, "/", true);
	return config;
}

/* The exit code, or -1. */
static int run_theirs(struct str bytes, const char *root, struct buf *out, struct buf *errors)
{
	wasm_config_t *settings = wasm_config_new();
	wasmtime_config_wasm_exceptions_set(settings, true);
	wasm_engine_t *engine = wasm_engine_new_with_config(settings);
	wasmtime_linker_t *linker = wasmtime_linker_new(engine);
	wasmtime_store_t *store = wasmtime_store_new(engine, NULL, NULL);
	wasmtime_context_t *context = wasmtime_store_context(store);
	wasmtime_module_t *module = NULL;
	wasmtime_instance_t instance;
	wasmtime_extern_t start;
	wasm_trap_t *trap = NULL;
	int status = -1;
	wasmtime_error_t *error = wasmtime_linker_define_wasi(linker);
	if (!error)
		error = wasmtime_context_set_wasi(context, make_config(root, out, errors));
	if (!error)
		error = wasmtime_module_new(engine, (const uint8_t *)bytes.ptr, bytes.len, &module);
	if (!error)
		error = wasmtime_linker_instantiate(linker, context, module, &instance, &trap);
	if (!error && !trap && wasmtime_instance_export_get(context, &instance, "_start", 6, &start))
		error = wasmtime_func_call(context, &start.of.func, NULL, 0, NULL, 0, &trap);
	if (error && !wasmtime_error_exit_status(error, &status)) {
		wasm_byte_vec_t message;
		wasmtime_error_message(error, &message);
		tap_print("# %.*s\n", (int)message.size, message.data);
		wasm_byte_vec_delete(&message);
	}
	if (error)
		wasmtime_error_delete(error);
	if (trap)
		wasm_trap_delete(trap);
	if (module)
		wasmtime_module_delete(module);
	wasmtime_store_delete(store);
	wasmtime_linker_delete(linker);
	wasm_engine_delete(engine);
	return status;
}

/* ---- where they may differ */

struct difference {
	const char *line; /* its beginning, up to the value */
	const char *ours, *theirs;
	const char *reason;
	unsigned seen;
};

#define BADF_THERE "the engine says EBADF, POSIX and Linux have a name for it"
#define WHOLE_LISTS "the engine stops after the first buffer, as it may; recast goes through them all"
#define FALLOCATE "the engine does not have it"
#define DOTS "both names are refused; POSIX and Linux refuse this one so"

static struct difference differences[] = {
	{"fgetc(f): ", "EISDIR", "EBADF", BADF_THERE, 0},
	{"read(fd, name, 1): ", "EISDIR", "EBADF", BADF_THERE, 0},
	{"fdopendir(fd) ? 0 : -1: ", "ENOTDIR", "EBADF", BADF_THERE, 0},
	{"ftruncate(fd, 0): ", "EINVAL", "EBADF", BADF_THERE, 0},
	{"ftruncate(1, 0) < 0 ? -1 : 0: ", "EINVAL", "EBADF", BADF_THERE, 0},
	{"readv(fd, iov, 3) = ", "5", "2", WHOLE_LISTS, 0},
	{"parts = ", "0A..B34.........", "0A..............", WHOLE_LISTS, 0},
	{"writev(fd, iov, 3) = ", "5", "2", WHOLE_LISTS, 0},
	{"error_name(posix_fallocate(fd, 0, 30)) = ", "\"errno 0\"", "\"ENOTSUP\"", FALLOCATE, 0},
	{"error_name(posix_fallocate(fd, 0, 10)) = ", "\"errno 0\"", "\"ENOTSUP\"", FALLOCATE, 0},
	{"lseek(fd, 0, SEEK_END) = ", "30", "2", FALLOCATE, 0},
	{"b - a = ", "1", "-1", "POSIX: the lowest free descriptor; the engine takes the one closed last", 0},
	{"rmdir(\"f/a/..\"): ", "ENOTEMPTY", "EINVAL", DOTS, 0},
	{"rmdir(\"f/b/\"): ", "ok", "EINVAL", "POSIX: a folder can be named with a slash behind it", 0},
	{"rename(\"n/empty/x\", \"n/empty\"): ", "EISDIR", "ENOTEMPTY",
	 "POSIX: a file does not replace a folder, whatever is in it", 0},
	{"rename(\"n/x\", \"n/y/\"): ", "ENOTDIR", "ok", "POSIX: a file's name has no slash behind it", 0},
	{"link(\"in/hello\", \"hard\"): ", "ENOTSUP", "ok", "recast's tree has no second names for a file", 0},
};

static bool is_line(struct str line, const char *beginning, const char *rest)
{
	return str_starts(line, str_of(beginning)) && str_eq(str_from(line, strlen(beginning)), str_of(rest));
}

static bool is_known(struct str ours, struct str theirs)
{
	for (size_t i = 0; i < countof(differences); i++) {
		struct difference *d = &differences[i];
		if (is_line(ours, d->line, d->ours) && is_line(theirs, d->line, d->theirs)) {
			d->seen++;
			return true;
		}
	}
	return false;
}

static void compare(struct str ours, struct str theirs)
{
	struct str one, other;
	unsigned lines = 0;
	for (;; lines++) {
		bool more = str_next_line(&ours, &one), more_theirs = str_next_line(&theirs, &other);
		if (!more && !more_theirs)
			break;
		if (more && more_theirs && (str_eq(one, other) || is_known(one, other)))
			continue;
		tap_ok(false, "the same line", __FILE__, __LINE__);
		tap_print("#   ours   %.*s\n#   theirs %.*s\n", more ? (int)one.len : 3, more ? one.ptr : "END",
			  more_theirs ? (int)other.len : 3, more_theirs ? other.ptr : "END");
	}
	tap_print("# %u lines\n", lines);
	ok(lines > 500);
	for (size_t i = 0; i < countof(differences); i++) {
		if (!tap_ok(differences[i].seen > 0, differences[i].reason, __FILE__, __LINE__))
			tap_print("# %s\n", differences[i].line);
	}
}

/* ---- */

static void conformance(struct sandbox *s)
{
	const char *root = make_disk(s);
	const char *source = sandbox_file(s, "tests/data/conformance.c").ptr;
	struct str module = sandbox_try(s, "conformance.c", source, NULL);
	struct guest_end first = run_ours(s, module, root);
	is_str(outcome_name(first.run.outcome), outcome_name(OUTCOME_EXITED));
	is_int(first.run.exit_code, 42);
	is_str(first.err.ptr, "to stderr\nperror: Success\n");

	/* The same bytes and the same fuel, whenever and however often. */
	for (int i = 0; i < 2; i++) {
		struct guest_end again = run_ours(s, module, root);
		is_int(again.run.fuel, first.run.fuel);
		ok(str_eq(again.out, first.out));
	}

	SCOPED_BUF struct buf out, err;
	buf_init(&out, 1 << 20);
	buf_init(&err, 1 << 20);
	is_int(run_theirs(module, root, &out, &err), 42);
	is_str(err.ptr, first.err.ptr);
	compare(first.out, buf_str(&out));
}

int main(void)
{
	return sandbox_main(conformance);
}
