#include "core/process.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

const char *process_own_path(struct arena *a)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
	return n < 0 ? "" : arena_str(a, (struct str){path, (size_t)n});
}

const char *process_library_path(const void *symbol, struct arena *a)
{
	Dl_info info;
	if (!dladdr(symbol, &info) || !info.dli_fname)
		return "";
	return arena_strdup(a, info.dli_fname);
}

static void become(const char *const *args)
{
	int null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
		_exit(127);
	setpriority(PRIO_PROCESS, 0, 19);
	execv(args[0], (char *const *)(uintptr_t)args);
	_exit(127);
}

int process_start_detached(const char *const *args, struct err *err)
{
	pid_t child = fork();
	if (child < 0)
		return err_errno(err, "cannot start %s", args[0]);
	if (child == 0) {
		/* A grandchild belongs to nobody here, so nobody must wait for it. */
		setsid();
		pid_t grandchild = fork();
		if (grandchild == 0)
			become(args);
		_exit(grandchild < 0);
	}
	int status;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return err_errno(err, "cannot wait for %s", args[0]);
	}
	return status == 0 ? 0 : err_set(err, ERR_OS, "cannot start %s", args[0]);
}
