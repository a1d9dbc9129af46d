#include "core/hash.h"

#include "core/process.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

/* libcrypto fails here only when it is out of memory or badly installed. */
static void must(int success)
{
	if (success != 1) {
		fputs("recast: libcrypto has no working SHA-256\n", stderr);
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
