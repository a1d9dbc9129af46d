#include "harness/login.h"

#include "core/fs.h"

#include <pwd.h>
#include <unistd.h>

static const char *const key_files[] = {"id_ed25519", "id_ecdsa", "id_rsa"};

/* The account's folder, as ssh itself looks for it. */
static bool find_key(struct login *l, const struct passwd *user)
{
	while (user && l->next <= countof(key_files)) {
		l->key = arena_printf(l->a, "%s/.ssh/%s", user->pw_dir, key_files[l->next++ - 1]);
		if (fs_exists(l->key))
			return true;
	}
	return false;
}

static enum login_kind choose(struct login *l, unsigned takes)
{
	const struct passwd *user = getpwuid(getuid());
	l->name = l->address->user ? l->address->user : user ? arena_strdup(l->a, user->pw_name) : "git";
	l->password = l->address->password ? l->address->password : "";
	bool has_password = l->address->password || (l->address->user && l->address->kind == ADDRESS_HTTP);
	if ((takes & LOGIN_TAKES_PASSWORD) && has_password && !l->password_shown) {
		l->password_shown = true;
		return LOGIN_PASSWORD;
	}
	if ((takes & LOGIN_TAKES_KEY) && l->next == 0) {
		l->next++;
		return LOGIN_AGENT;
	}
	return (takes & LOGIN_TAKES_KEY) && find_key(l, user) ? LOGIN_KEY : LOGIN_NONE;
}

enum login_kind login_next(struct login *l, unsigned takes)
{
	l->asked = true;
	enum login_kind kind = choose(l, takes);
	if (kind == LOGIN_NONE && (takes & LOGIN_TAKES_NAME))
		return LOGIN_NAME;
	l->shown += kind != LOGIN_NONE;
	return kind;
}
