#include "harness/differential_json.h"

static json_t *number(uint64_t n)
{
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static json_t *text(const char *s)
{
	return json_text(s ? s : "");
}

static json_t *ways_json(const struct differential *d)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < d->ways_len; i++) {
		const struct built_way *w = &d->ways[i];
		json_t *row = json_pack("{s:o, s:o}", "flags", text(w->flags), "inputs", number(w->inputs));
		if (w->why)
			json_object_set_new(row, "why", text(w->why));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *difference_json(const struct differential *all, const struct found_difference *d)
{
	json_t *printed =
		json_pack("{s:o, s:o}", "original", text(d->printed_original), "rewrite", text(d->printed_rewrite));
	const char *flags = d->way < all->ways_len ? all->ways[d->way].flags : "";
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "function", text(d->function),
			 "what", text(d->what), "expected", text(d->expected), "got", text(d->got), "calls",
			 text(d->calls), "inputs", number(d->inputs), "also", json_texts(&d->also), "way", number(d->way), "flags", text(flags),
			 "program", text(d->program), "reproduced", d->reproduced, "printed", printed, "free_item",
			 text(d->free_item));
}

static json_t *functions_json(const struct differential *d)
{
	json_t *left_out = json_array();
	for (size_t i = 0; i < d->left_out_len; i++)
		json_array_append_new(left_out, json_pack("{s:o, s:o}", "name", text(d->left_out[i].name), "why",
							  text(d->left_out[i].why)));
	return json_pack("{s:o, s:o, s:o}", "called", number(d->functions_called), "of", number(d->functions_len),
			 "left_out", left_out);
}

static json_t *reached_json(size_t places, size_t reached)
{
	return json_pack("{s:o, s:o}", "places", number(places), "reached", number(reached));
}

static json_t *varied_json(const struct differential *d)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "programs", number(d->varied_programs), "literals",
			 number(d->varied_literals), "files", number(d->varied_files), "runs", number(d->varied_runs),
			 "differing", number(d->varied_differing));
}

json_t *differential_json(const struct differential *d)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < d->differences_len; i++)
		json_array_append_new(rows, difference_json(d, &d->differences[i]));
	json_t *reached = json_pack("{s:o, s:o}", "original", reached_json(d->original_places, d->original_reached),
				    "candidate", reached_json(d->rewrite_places, d->rewrite_reached));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "seed", number(d->seed),
			 "asked", number(d->asked), "inputs", number(d->inputs), "calls", number(d->calls), "ways",
			 ways_json(d), "divergences", rows, "differing", number(d->differing), "undefined",
			 number(d->undefined), "unconfirmed", number(d->unconfirmed), "functions", functions_json(d),
			 "varied", varied_json(d), "reached", reached, "cut", d->cut);
}
