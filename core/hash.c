#include "core/hash.h"

#include "core/process.h"
#include "core/utf8.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ts.h>
#include <time.h>

/* libcrypto fails here only when it is out of memory or badly installed. */
static void must(int success)
{
	if (success != 1) {
		fputs("recast: libcrypto does not work\n", stderr);
		abort();
	}
}

void hasher_init(struct hasher *h)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	must(ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL));
	h->state = ctx;
}

void hasher_bytes(struct hasher *h, const void *data, size_t len)
{
	must(EVP_DigestUpdate(h->state, data, len));
}

void hasher_field_u64(struct hasher *h, uint64_t value)
{
	unsigned char bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(value >> (8 * i));
	hasher_bytes(h, bytes, sizeof(bytes));
}

void hasher_field(struct hasher *h, struct str field)
{
	hasher_field_u64(h, field.len);
	hasher_bytes(h, field.ptr, field.len);
}

struct hash hasher_finish(struct hasher *h)
{
	struct hash hash;
	must(EVP_DigestFinal_ex(h->state, hash.bytes, NULL));
	EVP_MD_CTX_free(h->state);
	h->state = NULL;
	return hash;
}

struct hash hash_of(struct str bytes)
{
	struct hasher h;
	hasher_init(&h);
	hasher_bytes(&h, bytes.ptr, bytes.len);
	return hasher_finish(&h);
}

const char *hash_library_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}

const char *hash_library_path(struct arena *a)
{
	return process_library_path(PROCESS_ADDRESS(OpenSSL_version), a);
}

bool hash_eq(const struct hash *a, const struct hash *b)
{
	return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

void hash_hex(const struct hash *hash, char ret_hex[static HASH_HEX])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < HASH_BYTES; i++) {
		ret_hex[2 * i] = digits[hash->bytes[i] >> 4];
		ret_hex[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	ret_hex[2 * HASH_BYTES] = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool hash_from_hex(struct str hex, struct hash *ret_hash)
{
	struct hash hash;
	if (hex.len != 2 * HASH_BYTES)
		return false;
	for (size_t i = 0; i < HASH_BYTES; i++) {
		int high = digit(hex.ptr[2 * i]), low = digit(hex.ptr[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		hash.bytes[i] = (unsigned char)(high << 4 | low);
	}
	*ret_hash = hash;
	return true;
}

/* ---- time stamps */

struct str hash_timestamp_request(const struct hash *hash, uint64_t nonce, struct arena *a)
{
	TS_REQ *request = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *way = X509_ALGOR_new();
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	unsigned char *bytes = NULL;
	must(request && imprint && way && number);
	must(X509_ALGOR_set0(way, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL));
	must(TS_MSG_IMPRINT_set_algo(imprint, way));
	must(TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)hash->bytes, HASH_BYTES));
	must(ASN1_INTEGER_set_uint64(number, nonce));
	must(TS_REQ_set_version(request, 1) && TS_REQ_set_msg_imprint(request, imprint) &&
	     TS_REQ_set_nonce(request, number) && TS_REQ_set_cert_req(request, 1));
	int len = i2d_TS_REQ(request, &bytes);
	must(len > 0);
	struct str text = {(char *)bytes, (size_t)len};
	text.ptr = arena_str(a, text);
	OPENSSL_free(bytes);
	ASN1_INTEGER_free(number);
	X509_ALGOR_free(way);
	TS_MSG_IMPRINT_free(imprint);
	TS_REQ_free(request);
	return text;
}

static int refuse_status(TS_STATUS_INFO *info, struct err *err)
{
	const STACK_OF(ASN1_UTF8STRING) *texts = TS_STATUS_INFO_get0_text(info);
	const ASN1_UTF8STRING *first = texts ? sk_ASN1_UTF8STRING_value(texts, 0) : NULL;
	SCOPED_BUF struct buf line;
	buf_init(&line, 300);
	if (first)
		utf8_append_line(&line, (struct str){(const char *)ASN1_STRING_get0_data(first),
						     (size_t)ASN1_STRING_length(first)});
	return err_set(err, ERR_REMOTE, "the authority does not date it: status %ld%s%.*s",
		       ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info)), line.len ? ": " : "",
		       STR_ARG(str_whole_characters(buf_str(&line))));
}

static bool is_of(TS_TST_INFO *info, const struct hash *hash)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	const ASN1_OBJECT *way = NULL;
	X509_ALGOR_get0(&way, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	const ASN1_OCTET_STRING *bytes = TS_MSG_IMPRINT_get_msg(imprint);
	return OBJ_obj2nid(way) == NID_sha256 && ASN1_STRING_length(bytes) == HASH_BYTES &&
	       memcmp(ASN1_STRING_get0_data(bytes), hash->bytes, HASH_BYTES) == 0;
}

static bool has_nonce(TS_TST_INFO *info, uint64_t nonce)
{
	uint64_t number;
	const ASN1_INTEGER *value = TS_TST_INFO_get_nonce(info);
	return value && ASN1_INTEGER_get_uint64(&number, value) == 1 && number == nonce;
}

static int read_answer(TS_RESP *answer, const struct hash *hash, uint64_t nonce, int64_t *ret_time_s, struct err *err)
{
	TS_STATUS_INFO *status = TS_RESP_get_status_info(answer);
	TS_TST_INFO *info = TS_RESP_get_tst_info(answer);
	const ASN1_INTEGER *code = TS_STATUS_INFO_get0_status(status);
	struct tm time;
	if (ASN1_INTEGER_get(code) != TS_STATUS_GRANTED && ASN1_INTEGER_get(code) != TS_STATUS_GRANTED_WITH_MODS)
		return refuse_status(status, err);
	if (!info)
		return err_set(err, ERR_PARSE, "the authority's answer holds no time stamp");
	if (!is_of(info, hash))
		return err_set(err, ERR_PARSE, "the authority's time stamp is of something else");
	if (!has_nonce(info, nonce))
		return err_set(err, ERR_PARSE, "the authority's time stamp is the answer to another request");
	if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &time) != 1)
		return err_set(err, ERR_PARSE, "the authority's time stamp has no time");
	*ret_time_s = timegm(&time);
	return 0;
}

int hash_timestamp_read(struct str answer, const struct hash *hash, uint64_t nonce, int64_t *ret_time_s,
			struct err *err)
{
	const unsigned char *at = (const unsigned char *)answer.ptr, *end = at + answer.len;
	TS_RESP *read = answer.len < LONG_MAX ? d2i_TS_RESP(NULL, &at, (long)answer.len) : NULL;
	int result = read && at == end ? read_answer(read, hash, nonce, ret_time_s, err)
				       : err_set(err, ERR_PARSE, "the authority's answer is none (RFC 3161)");
	TS_RESP_free(read);
	/* Of this thread. */
	ERR_clear_error();
	return result;
}
