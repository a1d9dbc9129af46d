#include "core/hash.h"

#include "core/prng.h"
#include "tests/folder.h"

static const char *hex_of(struct hash hash)
{
	static char hex[HASH_HEX];
	hash_hex(&hash, hex);
	return hex;
}

/* From FIPS 180-4's examples. */
static void known_values(void)
{
	SCOPED_ARENA struct arena a = {0};
	char *million = arena_alloc(&a, 1000000, 1);
	memset(million, 'a', 1000000);
	is_str(hex_of(hash_of((struct str){0})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	is_str(hex_of(hash_of(STR("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	is_str(hex_of(hash_of(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
	       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	is_str(hex_of(hash_of((struct str){million, 1000000})),
	       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* However the bytes are handed over. */
static void in_pieces(void)
{
	struct prng prng = {8};
	char bytes[300];
	int bad = 0;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)prng_next(&prng);
	for (int run = 0; run < 200; run++) {
		size_t len = prng_below(&prng, sizeof(bytes));
		struct hasher h;
		hasher_init(&h);
		for (size_t at = 0; at < len;) {
			size_t piece = prng_below(&prng, len - at + 1);
			hasher_bytes(&h, bytes + at, piece);
			at += piece;
		}
		struct hash got = hasher_finish(&h), want = hash_of((struct str){bytes, len});
		bad += !hash_eq(&got, &want);
		bad += h.state != NULL;
	}
	is_int(bad, 0);
}

static struct hash of_fields(const struct str *fields, size_t len)
{
	struct hasher h;
	hasher_init(&h);
	for (size_t i = 0; i < len; i++)
		hasher_field(&h, fields[i]);
	return hasher_finish(&h);
}

static void fields(void)
{
	/* Where one field ends and the next begins makes a difference. */
	const struct str keys[][3] = {
		{STR("ab"), STR("c"), STR("")}, {STR("a"), STR("bc"), STR("")}, {STR(""), STR("abc"), STR("")},
		{STR(""), STR("ab"), STR("c")}, {STR("abc"), STR(""), STR("")}, {STR("ab"), STR("c"), STR("\0")},
	};
	for (size_t i = 0; i < countof(keys); i++) {
		for (size_t k = 0; k < i; k++) {
			struct hash a = of_fields(keys[i], 3), b = of_fields(keys[k], 3);
			ok(!hash_eq(&a, &b));
		}
	}
	struct hash two = of_fields(keys[0], 2), three = of_fields(keys[0], 3), none = of_fields(NULL, 0);
	ok(!hash_eq(&two, &three));
	is_str(hex_of(none), hex_of(hash_of((struct str){0})));

	/* The format of a field: its length in eight bytes, least first, and its bytes. */
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR("abc"));
	hasher_field_u64(&h, 0x0102030405060708u);
	is_str(hex_of(hasher_finish(&h)), hex_of(hash_of(STR("\3\0\0\0\0\0\0\0abc\10\7\6\5\4\3\2\1"))));
}

static void hexadecimal(void)
{
	struct prng prng = {6};
	struct hash hash = {{0}}, back;
	int bad = 0;
	for (int run = 0; run < 300; run++) {
		for (size_t i = 0; i < HASH_BYTES; i++)
			hash.bytes[i] = (unsigned char)prng_next(&prng);
		const char *hex = hex_of(hash);
		bad += strlen(hex) != HASH_HEX - 1 || strspn(hex, "0123456789abcdef") != HASH_HEX - 1;
		bad += !hash_from_hex(str_of(hex), &back) || !hash_eq(&hash, &back);
	}
	is_int(bad, 0);

	char hex[HASH_HEX + 1];
	static const char wrong[] = "gG:/@`-+ \n\x80\xFF";
	memset(hex, '7', sizeof(hex));
	ok(hash_from_hex((struct str){hex, 64}, &hash));
	back = hash;
	ok(!hash_from_hex((struct str){hex, 63}, &back));
	ok(!hash_from_hex((struct str){hex, 65}, &back));
	ok(!hash_from_hex((struct str){0}, &back));
	for (size_t i = 0; i < sizeof(wrong); i++) {
		hex[i * 5] = wrong[i];
		bad += hash_from_hex((struct str){hex, 64}, &back);
		hex[i * 5] = 'f';
	}
	hex[63] = 'F'; /* lower-case only, so that a hash is written in one way */
	ok(!hash_from_hex((struct str){hex, 64}, &back));
	is_int(bad, 0);
	ok(hash_eq(&hash, &back)); /* untouched by failures */
}

/* ---- time stamps; tests/data/timestamp has what an authority answered */

#define STAMPED "c664b73e336f7c26e7280866dafad2ecc9ac1e1be1576848485e75ce8c690ddf"
static const uint64_t nonce = 0x0123456789abcdef;

static void requests(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct hash hash;
	must(hash_from_hex(STR(STAMPED), &hash) ? 0 : -1);
	static const unsigned char head[] = {0x30, 0x43, 2, 1, 1, 0x30, 0x31, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65,
					     3, 4, 2, 1, 5, 0, 4, 32},
				   tail[] = {2, 8, 1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 1, 1, 0xff};
	struct str request = hash_timestamp_request(&hash, nonce, &a);
	if (!is_int(request.len, sizeof(head) + HASH_BYTES + sizeof(tail)))
		return;
	is_mem(request.ptr, head, sizeof(head));
	is_mem(request.ptr + sizeof(head), hash.bytes, HASH_BYTES);
	is_mem(request.ptr + sizeof(head) + HASH_BYTES, tail, sizeof(tail));
	ok(hash_timestamp_request(&hash, UINT64_MAX, &a).len > request.len);
	ok(hash_timestamp_request(&hash, 0, &a).len < request.len);
}

static struct err stamp_err;

static int64_t time_in(struct str answer, const char *hex, uint64_t number)
{
	struct hash hash;
	int64_t time_s = -7;
	stamp_err = (struct err){0};
	must(hash_from_hex(str_of(hex), &hash) ? 0 : -1);
	int result = hash_timestamp_read(answer, &hash, number, &time_s, &stamp_err);
	return result < 0 && time_s != -7 ? -8 : time_s;
}

static void refused(struct str answer, const char *hex, uint64_t number, enum err_kind kind, const char *text)
{
	is_int(time_in(answer, hex, number), -7);
	is_int(stamp_err.kind, kind);
	is_str(stamp_err.text, text);
}

static void answers(void)
{
	static const char none[] = "the authority's answer is none (RFC 3161)";
	SCOPED_BUF struct buf good, declined, without;
	buf_init(&good, 1 << 16);
	buf_init(&declined, 1 << 16);
	buf_init(&without, 1 << 16);
	must(fs_read("tests/data/timestamp/good.tsr", &good, NULL));
	must(fs_read("tests/data/timestamp/declined.tsr", &declined, NULL));
	must(fs_read("tests/data/timestamp/no-nonce.tsr", &without, NULL));
	struct str bytes = buf_str(&good);
	is_int(time_in(bytes, STAMPED, nonce), 1795884355);
	refused(bytes, "0664b73e336f7c26e7280866dafad2ecc9ac1e1be1576848485e75ce8c690ddf", nonce, ERR_PARSE,
		"the authority's time stamp is of something else");
	refused(bytes, STAMPED, nonce + 1, ERR_PARSE, "the authority's time stamp is the answer to another request");
	refused(buf_str(&without), STAMPED, 0, ERR_PARSE, "the authority's time stamp is the answer to another request");
	refused(buf_str(&declined), STAMPED, nonce, ERR_REMOTE,
		"the authority does not date it: status 2: Message digest algorithm is not supported.");
	refused(STR(""), STAMPED, nonce, ERR_PARSE, none);
	refused(STR("<html>"), STAMPED, nonce, ERR_PARSE, none);
	refused(STR("\x30\x05\x30\x03\x02\x01\x00"), STAMPED, nonce, ERR_PARSE, none); /* granted, and no more */
	buf_append_char(&good, 'x');
	refused(buf_str(&good), STAMPED, nonce, ERR_PARSE, none);
	int wrong = 0;
	for (size_t len = 0; len < bytes.len; len++)
		wrong += time_in(str_first(bytes, len), STAMPED, nonce) != -7;
	is_int(wrong, 0);
}

static void library(void)
{
	SCOPED_ARENA struct arena a = {0};
	ok(hash_library_version()[0] != '\0');
	ok(hash_library_path(&a)[0] == '/');
}

int main(void)
{
	tap_run("known values", known_values);
	tap_run("in pieces", in_pieces);
	tap_run("fields", fields);
	tap_run("hexadecimal", hexadecimal);
	tap_run("requests of time stamps", requests);
	tap_run("answers of time stamps", answers);
	tap_run("library", library);
	return tap_done();
}
