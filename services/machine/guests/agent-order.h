// What an agent is told to make, as words of its command; ./agent-order.ts writes them.
#ifndef VSTAR_AGENT_ORDER_H
#define VSTAR_AGENT_ORDER_H
#include "posiv.h"
#include "posiv_runtime.h"

typedef struct {
  posiv_spec_t spec;
  bool takes_over; // the machine of another agent, by `offer`
  posiv_offer_t offer;
  // Of all cards: how many there may be is for the driver to say.
  posiv_forward_t *forwards;
  size_t forwards_read;
} agent_order;

// Fills an order that is zeroed; its texts are those of the words, and its lists stay for as long as the vTask. NULL, or the word that it
// does not understand.
const posiv_slice *agent_order_read(agent_order *order, const posiv_slice *cmd, size_t count);

// In the order of the WIT.
#define BACKENDS 4
extern const char *const backend_names[BACKENDS];

#endif
