#include "harness/hostcall.h"

const char *const hostcall_names[HOSTCALLS] = {
	[HOSTCALL_BEGIN] = "begin",	  [HOSTCALL_ENTER] = "enter",	    [HOSTCALL_LEAVE] = "leave",
	[HOSTCALL_CALLBACK] = "callback", [HOSTCALL_RETURNED] = "returned", [HOSTCALL_FREED] = "freed",
	[HOSTCALL_MARK] = "mark",	  [HOSTCALL_ALLOCATED] = "allocated",
	[HOSTCALL_NEXT] = "next",	  [HOSTCALL_ASKED] = "asked",
	[HOSTCALL_HEAP] = "heap",	  [HOSTCALL_UNDEFINED] = "undefined",
	[HOSTCALL_REACHED] = "reached",	  [HOSTCALL_MUTANT] = "mutant",
	[HOSTCALL_VARY] = "vary",
};
