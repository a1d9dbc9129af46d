#include "cli/figures.h"

void figure_count(uint64_t n, char text[static FIGURE_MAX])
{
	static const char *const units[] = {"", " k", " M", " G", " T"};
	double value = (double)n;
	size_t unit = 0;
	while (value >= 999.5 && unit + 1 < countof(units)) {
		value /= 1000;
		unit++;
	}
	snprintf(text, FIGURE_MAX, "%.*f%s", unit && value < 9.95 ? 1 : 0, value, units[unit]);
}

void figure_time(double ms, char text[static FIGURE_MAX])
{
	if (ms < 9.95)
		snprintf(text, FIGURE_MAX, "%.1f ms", ms);
	else if (ms < 9995)
		snprintf(text, FIGURE_MAX, "%.0f ms", ms);
	else
		snprintf(text, FIGURE_MAX, "%.1f s", ms / 1000);
}
