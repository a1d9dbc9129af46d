#include "harness/address.h"

#include <strings.h>

/* The text, cut: "scheme://user:password@host:port" "/path" "?query#fragment", or "user@host" ":path". */
struct parts {
	struct str scheme, userinfo, host, path, hidden;
	bool short_form;     /* user@host:path */
	bool has_helper;     /* "name::address": git would run a program of that name */
	bool is_ambiguous;   /* where the user's part ends can only be guessed */
};

static const struct {
	const char *name;
	enum address_kind kind;
} schemes[] = {
	{"https", ADDRESS_HTTP}, {"http", ADDRESS_HTTP},    {"ssh", ADDRESS_SSH},   {"git+ssh", ADDRESS_SSH},
	{"git", ADDRESS_GIT},    {"ssh+git", ADDRESS_SSH}, {"file", ADDRESS_FILE},
};

static bool is_scheme_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
	       c == '.';
}

static bool is_host_byte(char c)
{
	return is_scheme_byte(c) || c == '_' || c == '@' || c == '~' || c == '%' || c == '[' || c == ']' ||
	       (unsigned char)c >= 0x80;
}

static size_t span(struct str s, bool (*holds)(char))
{
	size_t len = 0;
	while (len < s.len && holds(s.ptr[len]))
		len++;
	return len;
}

/* Index behind the last '@', or 0. */
static size_t behind_at(struct str s)
{
	size_t len = s.len;
	while (len > 0 && s.ptr[len - 1] != '@')
		len--;
	return len;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "host", "host:80", "[::1]:80" */
static bool has_sound_port(struct str host)
{
	size_t bracket = str_index(host, ']');
	struct str rest = bracket < host.len ? str_from(host, bracket + 1) : host;
	struct str port = str_from(rest, str_index(rest, ':') + 1);
	return span(port, is_digit) == port.len;
}

static size_t authority_len(struct str rest)
{
	return min_size(min_size(str_index(rest, '/'), str_index(rest, '?')), str_index(rest, '#'));
}

static void cut_url(struct str rest, struct parts *p)
{
	struct str authority = str_first(rest, authority_len(rest));
	size_t at = behind_at(authority);
	/* A password with a "/" that should have been written as %2F: rather cut too much. */
	if (!has_sound_port(str_from(authority, at)) && behind_at(rest) > at) {
		p->is_ambiguous = true;
		at = behind_at(rest);
	}
	p->userinfo = str_first(rest, at ? at - 1 : 0);
	rest = str_from(rest, at);
	p->host = str_first(rest, authority_len(rest));
	rest = str_from(rest, p->host.len);
	size_t path_len = min_size(str_index(rest, '?'), str_index(rest, '#'));
	p->path = str_first(rest, path_len);
	p->hidden = str_from(rest, path_len);
}

static bool cut_short_form(struct str s, struct parts *p)
{
	size_t len = span(s, is_host_byte);
	if (len == 0 || len == s.len || s.ptr[len] != ':')
		return false;
	/* "user:password@host:path" is no such address, but it is meant as one. */
	struct str before_slash = str_first(s, str_index(s, '/'));
	/* An address within the address: what is secret in that one is not printed either. */
	bool nested = str_starts(str_from(s, len), STR("://"));
	size_t at = behind_at(nested ? s : before_slash);
	p->short_form = true;
	p->is_ambiguous = at > len || nested;
	p->userinfo = str_first(s, at ? at - 1 : 0);
	s = str_from(s, at);
	p->host = str_first(s, str_index(s, ':'));
	p->path = str_from(s, p->host.len);
	return true;
}

/* False for a path. */
static bool cut(const char *source, struct parts *p)
{
	struct str s = str_of(source);
	size_t scheme_len = span(s, is_scheme_byte);
	struct str behind = str_from(s, scheme_len);
	*p = (struct parts){.scheme = str_first(s, scheme_len)};
	if (scheme_len && str_starts(behind, STR("::"))) {
		p->has_helper = true;
		return true;
	}
	if (scheme_len && str_starts(behind, STR("://"))) {
		cut_url(str_from(behind, 3), p);
		return true;
	}
	p->scheme = (struct str){0};
	return cut_short_form(s, p);
}

bool address_is_one(const char *source)
{
	struct parts p;
	return cut(source, &p);
}

static const char *clean(const struct parts *p, struct arena *a)
{
	if (p->has_helper)
		return arena_printf(a, "%.*s::", STR_ARG(p->scheme));
	return arena_printf(a, "%.*s%s%.*s%.*s", STR_ARG(p->scheme), p->short_form ? "" : "://", STR_ARG(p->host),
			    STR_ARG(p->path));
}

const char *address_clean(const char *source, struct arena *a)
{
	struct parts p;
	return cut(source, &p) ? clean(&p, a) : arena_strdup(a, source);
}

const char *address_name(const char *path, struct arena *a)
{
	struct str rest = str_of(path), name;
	do {
		while (rest.len && strchr("/:", rest.ptr[rest.len - 1]))
			rest.len--;
		size_t start = rest.len;
		while (start > 0 && !strchr("/:", rest.ptr[start - 1]))
			start--;
		name = str_from(rest, start);
		if (str_ends(name, STR(".git")))
			name.len -= 4;
		rest.len = start;
	} while (name.len == 0 && rest.len);
	return arena_str(a, name);
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *found = c ? strchr(digits, c | 0x20) : NULL;
	return found ? (int)(found - digits) : -1;
}

/* "%41" is "A"; what is no such code stays. NULL if it holds a NUL. */
static char *decode(struct str s, struct arena *a)
{
	char *text = arena_str(a, s);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++, len++) {
		int high = s.ptr[i] == '%' && i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(s.ptr[i + 2]) : -1;
		text[len] = low >= 0 ? (char)(high * 16 + low) : s.ptr[i];
		i += low >= 0 ? 2 : 0;
		if (text[len] == '\0')
			return NULL;
	}
	text[len] = '\0';
	return text;
}

static int fill_secrets(const struct parts *p, struct arena *a, struct address *ret, struct err *err)
{
	struct str user = str_first(p->userinfo, str_index(p->userinfo, ':'));
	bool has_password = user.len < p->userinfo.len;
	struct str password = str_from(p->userinfo, user.len + 1);
	ret->user = user.len ? decode(user, a) : NULL;
	ret->password = has_password ? decode(password, a) : NULL;
	if ((user.len && !ret->user) || (has_password && !ret->password))
		return err_set(err, ERR_USAGE, "%s: a name or password cannot hold a NUL byte", ret->clean);
	/* For ssh the name is a part of the address, and mostly "git". */
	bool is_secret = user.len && ret->kind != ADDRESS_SSH;
	ret->secrets[0] = is_secret ? arena_str(a, user) : NULL;
	ret->secrets[1] = is_secret ? ret->user : NULL;
	ret->secrets[2] = password.len ? arena_str(a, password) : NULL;
	ret->secrets[3] = password.len ? ret->password : NULL;
	ret->secrets[4] = p->hidden.len > 1 ? arena_str(a, str_from(p->hidden, 1)) : NULL;
	return 0;
}

bool address_betrayed(const struct address *address, const char *text)
{
	for (size_t i = 0; i < countof(address->secrets); i++) {
		if (address->secrets[i] && strstr(text, address->secrets[i]))
			return true;
	}
	return false;
}

static int find_kind(const struct parts *p, struct address *ret, struct err *err)
{
	for (size_t i = 0; i < countof(schemes) && !p->has_helper; i++) {
		if (strlen(schemes[i].name) == p->scheme.len &&
		    strncasecmp(schemes[i].name, p->scheme.ptr, p->scheme.len) == 0) {
			ret->kind = schemes[i].kind;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "recast does not read addresses that begin with \"%.*s:\"; "
		       "https, http, ssh, git and file are known", STR_ARG(str_first(p->scheme, 100)));
}

static int check_text(const struct parts *p, const char *source, const struct address *address, struct err *err)
{
	for (const char *c = source; *c && address->kind != ADDRESS_FILE; c++) {
		if ((unsigned char)*c <= ' ' || *c == 0x7F)
			return err_set(err, ERR_USAGE, "%s: an address cannot hold blanks or control characters",
				       address->clean);
	}
	if (p->is_ambiguous)
		return err_set(err, ERR_USAGE, "%s: cannot tell where the password ends; write \"/\" in it as %%2F, "
			       "and the whole as ssh://user:password@host/path", address->clean);
	if (address->kind != ADDRESS_FILE && (p->host.len == 0 || p->host.ptr[0] == '-' || p->path.len < 2))
		return err_set(err, ERR_USAGE, "%s: a host or a path is missing in it", address->clean);
	return 0;
}

static int fill_file(const struct parts *p, struct arena *a, struct address *ret, struct err *err)
{
	const char *path = decode((struct str){p->path.ptr, p->path.len + p->hidden.len}, a);
	if (p->userinfo.len || (p->host.len && !str_eq(p->host, STR("localhost"))) || !path || path[0] != '/')
		return err_set(err, ERR_USAGE, "%s: file:// takes an absolute path of this machine", ret->clean);
	ret->path = path;
	return 0;
}

static const char *url_of(const struct parts *p, const struct address *address, struct arena *a)
{
	struct str user = str_first(p->userinfo, str_index(p->userinfo, ':'));
	bool has_user = address->kind == ADDRESS_SSH && user.len;
	struct str query = str_first(p->hidden, str_index(p->hidden, '#'));
	return arena_printf(a, "%.*s%s%.*s%s%.*s%.*s%.*s", STR_ARG(p->scheme), p->short_form ? "" : "://",
			    STR_ARG(str_first(user, has_user ? user.len : 0)), has_user ? "@" : "", STR_ARG(p->host),
			    STR_ARG(p->path), STR_ARG(query));
}

int address_parse(const char *source, struct arena *a, struct address *ret, struct err *err)
{
	struct parts p;
	struct address address = {.kind = ADDRESS_PATH, .clean = source, .path = source};
	if (!cut(source, &p)) {
		address.name = address_name(source, a);
		*ret = address;
		return 0;
	}
	address.clean = clean(&p, a);
	address.path = NULL;
	if (p.short_form)
		address.kind = ADDRESS_SSH;
	else if (find_kind(&p, &address, err) < 0)
		return -1;
	if (check_text(&p, source, &address, err) < 0)
		return -1;
	bool is_file = address.kind == ADDRESS_FILE;
	if ((is_file ? fill_file(&p, a, &address, err) : fill_secrets(&p, a, &address, err)) < 0)
		return -1;
	address.name = address_name(address.path ? address.path : arena_str(a, p.path), a);
	address.url = url_of(&p, &address, a);
	*ret = address;
	return 0;
}
