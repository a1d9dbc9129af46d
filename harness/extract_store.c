#include "harness/extract_store.h"

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
