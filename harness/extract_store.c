#include "harness/extract_store.h"

#include "core/fs.h"
#include "harness/oracle.h"
#include "harness/store.h"
#include "harness/workfolder.h"

int extract_store(const struct suite *suite, const struct source *source, const struct extracted *e,
		  const struct extract_places *places, struct extract_ids *ret, struct err *err)
{
	struct extract_ids ids;
	if (workfolder_make(places->project, err) < 0 || spec_save(&e->spec, places->specs, &ids.spec, err) < 0 ||
	    oracle_save(suite, e, &ids.spec, places->oracles, &ids.oracle, err) < 0 ||
	    store_point(places->specs, &ids.spec, err) < 0)
		return -1;
	struct extraction_record record = {source->id, ids.spec, ids.oracle};
	*ret = ids;
	return workfolder_record(places->project, &record, err);
}

static bool is_there(const char *folder, const struct hash *id)
{
	SCOPED_ARENA struct arena scratch = {0};
	char hex[HASH_HEX];
	hash_hex(id, hex);
	return fs_is_folder(arena_printf(&scratch, "%s/%s", folder, hex));
}

int extract_store_again(const struct source *source, const struct extract_places *places, const struct extract_ids *ids,
			bool *ret_is, struct err *err)
{
	struct extraction_record record = {source->id, ids->spec, ids->oracle};
	bool is = is_there(places->specs, &ids->spec) && is_there(places->oracles, &ids->oracle);
	if (is && (workfolder_make(places->project, err) < 0 || store_point(places->specs, &ids->spec, err) < 0 ||
		   workfolder_record(places->project, &record, err) < 0))
		return -1;
	*ret_is = is;
	return 0;
}
