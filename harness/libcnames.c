#include "harness/libcnames.h"

/*
 * In byte order, for the search. What is not here: ends of the process, streams
 * and files, time of day, environment, locale to be set, signals, jumps,
 * threads, and numbers that others draw from too (rand).
 */
static const char *const pure[] = {
	"__assert_fail", "__ctype_b_loc", "__ctype_get_mb_cur_max", "__ctype_tolower_loc",
	"__ctype_toupper_loc", "__errno_location", "__fpclassify", "__fpclassifyf", "__fpclassifyl",
	"__isoc99_sscanf", "__isoc99_vsscanf", "__signbit", "__signbitf", "__signbitl", "__stack_chk_fail",
	"__stack_chk_guard", "__strchrnul", "__xpg_strerror_r", "a64l", "abort", "abs", "acos", "acosf",
	"acosh", "acoshf", "acoshl", "acosl", "aligned_alloc", "asin", "asinf", "asinh", "asinhf", "asinhl",
	"asinl", "asprintf", "atan", "atan2", "atan2f", "atan2l", "atanf", "atanh", "atanhf", "atanhl",
	"atanl", "atof", "atoi", "atol", "atoll", "bcmp", "bcopy", "bsearch", "btowc", "bzero", "c16rtomb",
	"c32rtomb", "cabs", "cabsf", "cabsl", "cacos", "cacosf", "cacosh", "cacoshf", "cacoshl", "cacosl",
	"calloc", "carg", "cargf", "cargl", "casin", "casinf", "casinh", "casinhf", "casinhl", "casinl",
	"catan", "catanf", "catanh", "catanhf", "catanhl", "catanl", "cbrt", "cbrtf", "cbrtl", "ccos", "ccosf",
	"ccosh", "ccoshf", "ccoshl", "ccosl", "ceil", "ceilf", "ceill", "cexp", "cexpf", "cexpl", "cimag",
	"cimagf", "cimagl", "clog", "clogf", "clogl", "conj", "conjf", "conjl", "copysign", "copysignf",
	"copysignl", "cos", "cosf", "cosh", "coshf", "coshl", "cosl", "cpow", "cpowf", "cpowl", "cproj",
	"cprojf", "cprojl", "creal", "crealf", "creall", "csin", "csinf", "csinh", "csinhf", "csinhl", "csinl",
	"csqrt", "csqrtf", "csqrtl", "ctan", "ctanf", "ctanh", "ctanhf", "ctanhl", "ctanl", "difftime", "div",
	"drem", "dremf", "ecvt", "erf", "erfc", "erfcf", "erfcl", "erff", "erfl", "errno", "exp", "exp10",
	"exp10f", "exp10l", "exp2", "exp2f", "exp2l", "expf", "expl", "explicit_bzero", "expm1", "expm1f",
	"expm1l", "fabs", "fabsf", "fabsl", "fcvt", "fdim", "fdimf", "fdiml", "feclearexcept", "fegetenv",
	"fegetexceptflag", "fegetround", "feholdexcept", "feraiseexcept", "fesetenv", "fesetexceptflag",
	"fesetround", "fetestexcept", "feupdateenv", "ffs", "ffsl", "ffsll", "finite", "finitef", "floor",
	"floorf", "floorl", "fma", "fmaf", "fmal", "fmax", "fmaxf", "fmaxl", "fmin", "fminf", "fminl", "fmod",
	"fmodf", "fmodl", "free", "frexp", "frexpf", "frexpl", "gcvt", "gmtime", "gmtime_r", "htonl", "htons",
	"hypot", "hypotf", "hypotl", "ilogb", "ilogbf", "ilogbl", "imaxabs", "imaxdiv", "index", "insque",
	"isalnum", "isalnum_l", "isalpha", "isalpha_l", "isascii", "isblank", "isblank_l", "iscntrl",
	"iscntrl_l", "isdigit", "isdigit_l", "isgraph", "isgraph_l", "islower", "islower_l", "isprint",
	"isprint_l", "ispunct", "ispunct_l", "isspace", "isspace_l", "isupper", "isupper_l", "iswalnum",
	"iswalnum_l", "iswalpha", "iswalpha_l", "iswblank", "iswblank_l", "iswcntrl", "iswcntrl_l", "iswctype",
	"iswctype_l", "iswdigit", "iswdigit_l", "iswgraph", "iswgraph_l", "iswlower", "iswlower_l", "iswprint",
	"iswprint_l", "iswpunct", "iswpunct_l", "iswspace", "iswspace_l", "iswupper", "iswupper_l",
	"iswxdigit", "iswxdigit_l", "isxdigit", "isxdigit_l", "j0", "j0f", "j1", "j1f", "jn", "jnf", "l64a",
	"labs", "ldexp", "ldexpf", "ldexpl", "ldiv", "lfind", "lgamma", "lgamma_r", "lgammaf", "lgammaf_r",
	"lgammal", "lgammal_r", "llabs", "lldiv", "llrint", "llrintf", "llrintl", "llround", "llroundf",
	"llroundl", "localeconv", "log", "log10", "log10f", "log10l", "log1p", "log1pf", "log1pl", "log2",
	"log2f", "log2l", "logb", "logbf", "logbl", "logf", "logl", "lrint", "lrintf", "lrintl", "lround",
	"lroundf", "lroundl", "lsearch", "malloc", "malloc_usable_size", "mblen", "mbrlen", "mbrtoc16",
	"mbrtoc32", "mbrtowc", "mbsinit", "mbsnrtowcs", "mbsrtowcs", "mbstowcs", "mbtowc", "memalign",
	"memccpy", "memchr", "memcmp", "memcpy", "memmem", "memmove", "mempcpy", "memrchr", "memset", "modf",
	"modff", "modfl", "nan", "nanf", "nanl", "nearbyint", "nearbyintf", "nearbyintl", "nextafter",
	"nextafterf", "nextafterl", "nexttoward", "nexttowardf", "nexttowardl", "ntohl", "ntohs",
	"posix_memalign", "pow", "pow10", "pow10f", "pow10l", "powf", "powl", "qsort", "qsort_r", "realloc",
	"reallocarray", "remainder", "remainderf", "remainderl", "remque", "remquo", "remquof", "remquol",
	"rindex", "rint", "rintf", "rintl", "round", "roundf", "roundl", "scalb", "scalbf", "scalbln",
	"scalblnf", "scalblnl", "scalbn", "scalbnf", "scalbnl", "signgam", "significand", "significandf",
	"sin", "sincos", "sincosf", "sincosl", "sinf", "sinh", "sinhf", "sinhl", "sinl", "snprintf", "sprintf",
	"sqrt", "sqrtf", "sqrtl", "sscanf", "stpcpy", "stpncpy", "strcasecmp", "strcasecmp_l", "strcasestr",
	"strcat", "strchr", "strchrnul", "strcmp", "strcoll", "strcoll_l", "strcpy", "strcspn", "strdup",
	"strerror", "strerror_l", "strerror_r", "strftime", "strftime_l", "strlcat", "strlcpy", "strlen",
	"strncasecmp", "strncasecmp_l", "strncat", "strncmp", "strncpy", "strndup", "strnlen", "strpbrk",
	"strrchr", "strsep", "strspn", "strstr", "strtod", "strtod_l", "strtof", "strtof_l", "strtoimax",
	"strtok", "strtok_r", "strtol", "strtold", "strtold_l", "strtoll", "strtoul", "strtoull", "strtoumax",
	"strverscmp", "strxfrm", "strxfrm_l", "swab", "swprintf", "swscanf", "tan", "tanf", "tanh", "tanhf",
	"tanhl", "tanl", "tdelete", "tdestroy", "tfind", "tgamma", "tgammaf", "tgammal", "timegm", "toascii",
	"tolower", "tolower_l", "toupper", "toupper_l", "towctrans", "towctrans_l", "towlower", "towlower_l",
	"towupper", "towupper_l", "trunc", "truncf", "truncl", "tsearch", "twalk", "vasprintf", "vsnprintf",
	"vsprintf", "vsscanf", "vswprintf", "vswscanf", "wcpcpy", "wcpncpy", "wcrtomb", "wcscasecmp",
	"wcscasecmp_l", "wcscat", "wcschr", "wcscmp", "wcscoll", "wcscoll_l", "wcscpy", "wcscspn", "wcsdup",
	"wcsftime", "wcsftime_l", "wcslen", "wcsncasecmp", "wcsncasecmp_l", "wcsncat", "wcsncmp", "wcsncpy",
	"wcsnlen", "wcsnrtombs", "wcspbrk", "wcsrchr", "wcsrtombs", "wcsspn", "wcsstr", "wcstod", "wcstof",
	"wcstoimax", "wcstok", "wcstol", "wcstold", "wcstoll", "wcstombs", "wcstoul", "wcstoull", "wcstoumax",
	"wcswcs", "wcswidth", "wcsxfrm", "wcsxfrm_l", "wctob", "wctomb", "wctrans", "wctrans_l", "wctype",
	"wctype_l", "wcwidth", "wmemchr", "wmemcmp", "wmemcpy", "wmemmove", "wmemset", "y0", "y0f", "y1",
	"y1f", "yn", "ynf",
};

static int by_name(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

bool libcnames_pure(const char *name)
{
	return bsearch(name, pure, countof(pure), sizeof(*pure), by_name);
}
