// What an agent answers of its machine, as CBOR: records have the names of the WIT in camel case.
#ifndef VSTAR_AGENT_ANSWERS_H
#define VSTAR_AGENT_ANSWERS_H
#include "cbor.h"
#include "posiv.h"
#include "posiv_runtime.h"

void answer_nothing(uint32_t token);
void answer_stats(uint32_t token, const posiv_stats_t *stats);
void answer_snapshot(uint32_t token, const posiv_snapshot_t *kept);
void answer_offer(uint32_t token, const posiv_offer_t *offer);
// How making it went: `{known: {state, createMs, moved}}`, or `{failure: {code, text}}`.
void answer_made(uint32_t token, const posiv_hypervisor_create_result_t *made);

// `full: no memory left`, which whoever is told it frees.
char *machine_error_text(const posiv_machine_error_t *error);
// Of POSIV and of `machine-error`: `full`.
const char *machine_error_code(const posiv_machine_error_t *error);
void machine_error_free(const posiv_machine_error_t *error);

#endif
