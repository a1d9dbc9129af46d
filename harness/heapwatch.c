#include "harness/heapwatch_parts.h"

#include "core/mem.h"

/*
 * Memory is cut into slots, one behind the other: a guard zone, the block, and the rest of the slot as a guard zone. A
 * slot stays where it is and has one of HEAP_CLASSES sizes; freed ones wait in the queue of their size.
 *
 * Only the guest can let memory grow. Where there is no room, the answer is odd: the number of pages that are wanted,
 * times two, plus one. The guest tries that and comes back with HEAP_ROOM, whose answer is that of the first question.
 */
enum {
	PAGE_BYTES = 65536,
	GROW_PAGES = 4,
	ALIGN = 16,
	FRONT_BYTES = 16,
	REAR_MIN = 16,
	REAR_MORE = 240,           /* at most; an eighth of the block */
	LINEAR_MAX = 1024,         /* slots up to there differ by ALIGN, larger ones by an eighth */
	LINEAR_CLASSES = LINEAR_MAX / ALIGN + 1,
	FRESH_BYTES = 8 << 20,     /* as long as the heap is smaller, nothing is used again */
	QUEUE_MIN = 16,            /* and later none of the last so many that were freed */
	FREED_BYTES = 64 << 10,    /* of a freed block are filled and looked at */
	FILLED_BYTES = 128 << 10,  /* at each end of a fresh block are filled */
	MOVE_BYTES = 4096,         /* up to there a block moves whenever it is resized */
	KEPT_BYTES_MAX = 64 << 20,
};

const struct heap_orders heap_default_orders = {.fill = 0xCD, .guard = 0xFB, .freed = 0xDD};

const char *heap_fault_name(enum heap_fault_kind kind)
{
	static const char *const names[HEAP_FAULTS] = {
		[HEAP_OVERRUN] = "writes behind the end of a block",
		[HEAP_UNDERRUN] = "writes in front of a block",
		[HEAP_WRITE_AFTER_FREE] = "writes to a block that was freed",
		[HEAP_DOUBLE_FREE] = "frees a block twice",
		[HEAP_FOREIGN_FREE] = "frees what was never allocated",
	};
	return names[kind];
}

/* ---- life */

struct heap_watch *heap_watch_new(void)
{
	struct heap_watch *w = mem_zalloc(1, sizeof(*w));
	w->orders = heap_default_orders;
	return w;
}

void heap_watch_free(struct heap_watch *w)
{
	if (!w)
		return;
	free(w->slots);
	free(w->kept);
	free(w->kept_bytes);
	free(w);
}

static void forget(struct heap_watch *w, const struct heap_orders *orders)
{
	w->orders = *orders;
	w->slots_len = w->hint = 0;
	w->live_bytes = w->test_serial = 0;
	w->wish = (struct wish){0};
	w->account = (struct heap_account){0};
	memset(w->queues, 0, sizeof(w->queues));
}

void heap_watch_begin(struct heap_watch *w, const struct heap_orders *orders)
{
	forget(w, orders);
	w->base = w->next = w->end = 0;
}

void heap_watch_keep(struct heap_watch *w, const uint8_t *memory, size_t len)
{
	free(w->kept);
	free(w->kept_bytes);
	w->kept = NULL;
	w->kept_bytes = NULL;
	w->kept_len = w->slots_len;
	w->kept_live = w->live_bytes;
	w->kept_base = w->base;
	w->kept_next = w->next;
	w->kept_end = w->end;
	w->kept = mem_zalloc(w->slots_len + 1, sizeof(*w->kept));
	for (size_t i = 0; i < w->slots_len; i++) {
		w->kept[i] = w->slots[i];
		w->kept[i].owner = 0;
	}
	uint32_t bytes = w->next - w->base;
	if (bytes && bytes <= KEPT_BYTES_MAX && w->next <= len) {
		w->kept_bytes = mem_zalloc(bytes, 1);
		memcpy(w->kept_bytes, memory + w->base, bytes);
	}
}

void heap_watch_again(struct heap_watch *w, const struct heap_orders *orders, uint8_t *memory, size_t len)
{
	uint32_t end = w->end > w->kept_end ? w->end : w->kept_end;
	forget(w, orders);
	w->base = w->kept_base;
	w->next = w->kept_next;
	w->end = end;
	w->live_bytes = w->kept_live;
	w->slots_len = w->kept_len; /* there is room: they were here before */
	if (w->kept_len)
		memcpy(w->slots, w->kept, w->kept_len * sizeof(*w->kept));
	if (w->kept_bytes && w->next <= len)
		memcpy(memory + w->base, w->kept_bytes, w->next - w->base);
}

/* ---- faults */

static void tell(struct heap_watch *w, enum heap_fault_kind kind, const struct slot *s, uint32_t address, int64_t offset,
		 uint32_t who)
{
	struct heap_account *a = &w->account;
	a->fault_counts[kind]++;
	if (a->faults_len == HEAP_FAULTS_KEPT)
		return;
	struct heap_fault f = {.kind = kind, .address = address, .offset = offset, .finder = who};
	if (s) {
		f.address = s->address;
		f.size = s->size;
		f.serial = s->serial;
		f.owner = s->owner;
	}
	w->faults[a->faults_len++] = f;
}

/* Where the first byte is that has another value, or len. */
static size_t first_other(const uint8_t *bytes, size_t len, uint8_t value)
{
	if (len == 0 || (bytes[0] == value && memcmp(bytes, bytes + 1, len - 1) == 0))
		return len;
	size_t i = 0;
	while (bytes[i] == value)
		i++;
	return i;
}

static void check_guards(struct heap_watch *w, struct slot *s, const uint8_t *memory, uint32_t who)
{
	uint32_t front = s->address - s->start, behind = s->address + s->size;
	uint32_t rear = s->start + s->capacity - behind;
	size_t at = first_other(memory + s->start, front, w->orders.guard);
	if (at < front) {
		tell(w, HEAP_UNDERRUN, s, 0, (int64_t)at - front, who);
		s->told = true;
	}
	at = first_other(memory + behind, rear, w->orders.guard);
	if (at < rear) {
		tell(w, HEAP_OVERRUN, s, 0, (int64_t)s->size + (int64_t)at, who);
		s->told = true;
	}
}

static void check_freed(struct heap_watch *w, struct slot *s, const uint8_t *memory, uint32_t who)
{
	size_t len = min_size(s->size, FREED_BYTES), at = first_other(memory + s->address, len, w->orders.freed);
	if (at < len) {
		tell(w, HEAP_WRITE_AFTER_FREE, s, 0, (int64_t)at, who);
		s->told = true;
	}
}

static void check_slot(struct heap_watch *w, struct slot *s, const uint8_t *memory, size_t len, uint32_t who)
{
	if (s->told || (uint64_t)s->start + s->capacity > len)
		return;
	if (!s->live)
		check_freed(w, s, memory, who);
	check_guards(w, s, memory, who);
}

void heap_watch_check(struct heap_watch *w, const uint8_t *memory, size_t len, uint32_t who)
{
	for (size_t i = 0; i < w->slots_len; i++)
		check_slot(w, &w->slots[i], memory, len, who);
}

uint64_t heap_watch_bytes(const struct heap_watch *w)
{
	return w->next - w->base;
}

const struct heap_account *heap_watch_counts(const struct heap_watch *w)
{
	return &w->account;
}

/* ---- slots */

static uint64_t rear_bytes(uint64_t size)
{
	return REAR_MIN + (size / 8 < REAR_MORE ? size / 8 : REAR_MORE);
}

/* The class of a slot that holds so much, and how much it has. */
static uint8_t class_for(uint64_t need, uint64_t *ret_capacity)
{
	if (need <= LINEAR_MAX) {
		*ret_capacity = (need + ALIGN - 1) / ALIGN * ALIGN;
		return (uint8_t)(*ret_capacity / ALIGN);
	}
	uint64_t last = need - 1;
	unsigned shift = 63 - (unsigned)__builtin_clzll(last) - 3;
	*ret_capacity = ((last >> shift) + 1) << shift;
	return (uint8_t)(LINEAR_CLASSES + (shift - 7) * 8 + (unsigned)((last >> shift) - 8));
}

static void enqueue(struct heap_watch *w, uint32_t index)
{
	struct slot *s = &w->slots[index];
	struct queue *q = &w->queues[s->class];
	s->next = 0;
	if (q->last)
		w->slots[q->last - 1].next = index + 1;
	else
		q->first = index + 1;
	q->last = index + 1;
	q->len++;
}

static struct slot *dequeue(struct heap_watch *w, uint8_t class)
{
	struct queue *q = &w->queues[class];
	struct slot *s = &w->slots[q->first - 1];
	q->first = s->next;
	if (!q->first)
		q->last = 0;
	q->len--;
	return s;
}

/* Blocks are mostly freed near those that were freed before. */
struct slot *heap_slot_at(struct heap_watch *w, uint32_t address)
{
	size_t low = 0, high = w->slots_len;
	for (size_t i = w->hint > 0 ? w->hint - 1 : 0; i < w->hint + 2 && i < w->slots_len; i++) {
		if (address - w->slots[i].start < w->slots[i].capacity) {
			low = i;
			high = i + 1;
		}
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct slot *s = &w->slots[middle];
		if (address - s->start < s->capacity) {
			w->hint = middle;
			return s;
		}
		if (address < s->start)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

uint32_t heap_watch_left(struct heap_watch *w, uint32_t address)
{
	const struct slot *s = heap_slot_at(w, address);
	if (!s)
		return UINT32_MAX;
	uint32_t into = address - s->address;
	return s->live && into < s->size ? s->size - into : 0;
}

/* The live block that begins there, or NULL. */
static struct slot *block_at(struct heap_watch *w, uint32_t address)
{
	struct slot *s = heap_slot_at(w, address);
	return s && s->live && s->address == address ? s : NULL;
}

/* A slot that nobody has, or NULL; *ret_ask is the answer that asks for room, or 0. */
static struct slot *take_slot(struct heap_watch *w, const struct hostcall *c, uint64_t need, bool can_grow,
			      uint32_t *ret_ask)
{
	uint64_t capacity;
	uint8_t class = class_for(need, &capacity);
	const struct queue *q = &w->queues[class];
	bool fits = (uint64_t)w->next + capacity <= w->end;
	*ret_ask = 0;
	if (q->len && ((w->next - w->base >= FRESH_BYTES && q->len > QUEUE_MIN) || (!fits && !can_grow))) {
		struct slot *s = dequeue(w, class);
		check_slot(w, s, c->memory, c->memory_len, w->wish.who);
		return s;
	}
	if (!fits && can_grow) {
		uint64_t pages = w->base ? ((uint64_t)w->next + capacity - w->end + PAGE_BYTES - 1) / PAGE_BYTES : 0;
		pages = w->base && pages < GROW_PAGES ? GROW_PAGES : pages;
		*ret_ask = (uint32_t)(pages << 1 | 1);
		return NULL;
	}
	if (!fits || w->slots_len == HEAP_BLOCKS_MAX)
		return NULL;
	w->slots = mem_grow(w->slots, w->slots_len, &w->slots_cap, sizeof(*w->slots));
	struct slot *s = &w->slots[w->slots_len++];
	*s = (struct slot){.start = w->next, .capacity = (uint32_t)capacity, .class = class};
	w->hint = w->slots_len - 1;
	w->next += (uint32_t)capacity;
	return s;
}

/* ---- blocks */

static void count_taken(struct heap_watch *w, const struct slot *s)
{
	struct heap_account *a = &w->account;
	w->live_bytes += s->size;
	if (!s->owner)
		return;
	a->live_blocks++;
	a->live_bytes += s->size;
	a->peak_bytes = a->live_bytes > a->peak_bytes ? a->live_bytes : a->peak_bytes;
}

static void count_given(struct heap_watch *w, const struct slot *s)
{
	struct heap_account *a = &w->account;
	w->live_bytes -= s->size;
	if (!s->owner)
		return;
	a->frees++;
	a->live_blocks--;
	a->live_bytes -= s->size;
}

static void write_guards(const struct heap_watch *w, const struct slot *s, uint8_t *memory)
{
	uint32_t behind = s->address + s->size;
	memset(memory + s->start, w->orders.guard, s->address - s->start);
	memset(memory + behind, w->orders.guard, s->start + s->capacity - behind);
}

/* What is large is mostly not used as a whole, and time spent here counts as nobody's fuel. */
static void fill_fresh(const struct heap_watch *w, const struct slot *s, uint8_t *memory)
{
	uint8_t *block = memory + s->address;
	if (w->wish.what == HEAP_ZEROED) {
		memset(block, 0, s->size);
	} else if (s->size <= 2 * FILLED_BYTES) {
		memset(block, w->orders.fill, s->size);
	} else {
		memset(block, w->orders.fill, FILLED_BYTES);
		memset(block + s->size - FILLED_BYTES, w->orders.fill, FILLED_BYTES);
	}
}

/* An address, the answer that asks for room, or 0. */
static uint32_t allocate(struct heap_watch *w, const struct hostcall *c, bool can_grow)
{
	const struct wish *wish = &w->wish;
	uint32_t ask, align = wish->align > ALIGN ? wish->align : ALIGN;
	uint64_t need = FRONT_BYTES + (uint64_t)wish->size + rear_bytes(wish->size) + (align - ALIGN);
	struct slot *s = need < (uint64_t)1 << 32 ? take_slot(w, c, need, can_grow, &ask) : NULL;
	if (!s && need < (uint64_t)1 << 32 && ask)
		return ask;
	if (!s || (uint64_t)s->start + s->capacity > c->memory_len) {
		w->account.refused = true;
		return 0;
	}
	s->address = (s->start + FRONT_BYTES + align - 1) & ~(align - 1);
	s->size = wish->size;
	s->owner = wish->who;
	s->serial = (uint32_t)(wish->who ? w->account.allocations : w->test_serial);
	s->live = true;
	s->told = false;
	write_guards(w, s, c->memory);
	fill_fresh(w, s, c->memory);
	count_taken(w, s);
	return s->address;
}

static void release(struct heap_watch *w, const struct hostcall *c, struct slot *s, uint32_t who)
{
	if (!s->told)
		check_guards(w, s, c->memory, who);
	memset(c->memory + s->address, w->orders.freed, min_size(s->size, FREED_BYTES));
	count_given(w, s);
	s->live = false;
	enqueue(w, (uint32_t)(s - w->slots));
}

static void complain_of_free(struct heap_watch *w, uint32_t address, uint32_t who)
{
	struct slot *s = heap_slot_at(w, address);
	if (s && s->address == address)
		tell(w, HEAP_DOUBLE_FREE, s, address, 0, who);
	else
		tell(w, HEAP_FOREIGN_FREE, s, address, s ? (int64_t)address - s->address : 0, who);
}

static bool give_back(struct heap_watch *w, const struct hostcall *c, uint32_t address, uint32_t who)
{
	struct slot *s = block_at(w, address);
	if (!s)
		complain_of_free(w, address, who);
	else if ((uint64_t)s->start + s->capacity > c->memory_len)
		return false; /* another instance's memory */
	else
		release(w, c, s, who);
	return true;
}

/* Whether it may stay where it is, and did. */
static bool resize_in_place(struct heap_watch *w, const struct hostcall *c, struct slot *s, uint32_t size)
{
	uint64_t need = s->address - s->start + (uint64_t)size + rear_bytes(size);
	if (s->size <= MOVE_BYTES || need > s->capacity || size < s->size / 2)
		return false;
	if (!s->told)
		check_guards(w, s, c->memory, w->wish.who);
	if (size > s->size)
		memset(c->memory + s->address + s->size, w->orders.fill, size - s->size);
	count_given(w, s);
	w->account.frees -= s->owner != 0;
	s->size = size;
	count_taken(w, s);
	write_guards(w, s, c->memory);
	return true;
}

static uint32_t resize(struct heap_watch *w, const struct hostcall *c, bool can_grow)
{
	const struct wish *wish = &w->wish;
	struct slot *old = block_at(w, wish->block);
	if (!old || (uint64_t)old->start + old->capacity > c->memory_len)
		return 0;
	if (resize_in_place(w, c, old, wish->size))
		return old->address;
	size_t index = (size_t)(old - w->slots);
	uint32_t got = allocate(w, c, can_grow);
	if (got & 1 || !got)
		return got;
	old = &w->slots[index]; /* they may have moved */
	memcpy(c->memory + got, c->memory + old->address, min_size(old->size, wish->size));
	release(w, c, old, wish->who);
	return got;
}

/* ---- hearing */

static int64_t fulfil(struct heap_watch *w, const struct hostcall *c, bool can_grow)
{
	struct wish *wish = &w->wish;
	uint32_t got = wish->what == HEAP_RESIZE && wish->block ? resize(w, c, can_grow) : allocate(w, c, can_grow);
	wish->open = got & 1;
	return got;
}

/* Each is counted once, when it is asked for. */
static int64_t begin_wish(struct heap_watch *w, const struct hostcall *c, uint32_t who)
{
	uint32_t align = c->arg[3];
	struct wish wish = {(enum heap_what)c->arg[0], c->arg[1], c->arg[2], align, who, false};
	if (!align || align & (align - 1) || align > PAGE_BYTES)
		return 0;
	w->wish = wish;
	const struct slot *old = wish.what == HEAP_RESIZE && wish.block ? block_at(w, wish.block) : NULL;
	uint64_t replaced = old ? old->size : 0;
	if (wish.what == HEAP_RESIZE && wish.block && !old) {
		complain_of_free(w, wish.block, who);
		return 0;
	}
	if (who)
		w->account.allocations++;
	else
		w->test_serial++;
	if (who && w->account.allocations == w->orders.fail) {
		w->account.denied = true;
		return 0;
	}
	if (w->orders.live_bytes && w->live_bytes - replaced + wish.size > w->orders.live_bytes) {
		w->account.refused = true;
		return 0;
	}
	return fulfil(w, c, true);
}

/* `before` is in pages. What others have let grow lies between. */
static int64_t room(struct heap_watch *w, const struct hostcall *c)
{
	uint64_t before = (uint64_t)c->arg[1] * PAGE_BYTES, base = ((uint64_t)c->arg[2] + ALIGN - 1) / ALIGN * ALIGN;
	bool grown = c->arg[1] != UINT32_MAX;
	if (!w->wish.open || (grown && before > c->memory_len))
		return -1;
	if (!w->base) {
		if (!base || base > c->memory_len)
			return -1;
		w->base = w->next = (uint32_t)base;
	} else if (grown) {
		if (before < w->end)
			return -1;
		w->next = before == w->end ? w->next : (uint32_t)before;
	}
	if (grown)
		w->end = (uint32_t)min_size(c->memory_len, UINT32_MAX / PAGE_BYTES * (size_t)PAGE_BYTES);
	return fulfil(w, c, grown);
}

int64_t heap_watch_hear(struct heap_watch *w, const struct hostcall *c, uint32_t who)
{
	const struct slot *s;
	switch (c->arg[0]) {
	case HEAP_ALLOCATE:
	case HEAP_ZEROED:
	case HEAP_RESIZE:
		return begin_wish(w, c, who);
	case HEAP_FREE:
		return give_back(w, c, c->arg[1], who) ? 0 : -1;
	case HEAP_SIZE:
		s = block_at(w, c->arg[1]);
		return s ? s->size : 0;
	case HEAP_ROOM:
		return room(w, c);
	default:
		return -1;
	}
}

/* ---- the end */

static void find_leaks(struct heap_watch *w)
{
	struct heap_account *a = &w->account;
	a->leaks_len = 0;
	for (size_t i = 0; i < w->slots_len && a->leaks_len < HEAP_LEAKS_KEPT && a->live_blocks; i++) {
		const struct slot *s = &w->slots[i];
		if (s->live && s->owner)
			w->leaks[a->leaks_len++] = (struct heap_block){s->address, s->size, s->serial, s->owner};
	}
}

void heap_watch_end(struct heap_watch *w, const uint8_t *memory, size_t len, struct heap_account *ret)
{
	heap_watch_check(w, memory, len, 0);
	find_leaks(w);
	w->account.faults = w->faults;
	w->account.leaks = w->leaks;
	*ret = w->account;
}
