#include "agent-order.h"
#include <stdlib.h>
#include <string.h>

const char *const backend_names[BACKENDS] = {"qemu-kvm", "qemu-tcg", "v86", "container"};
static const char *const board_names[] = {"pc", "microvm"};

// Each of these is true if the word is NAME=VALUE of this name and has such a value, which it stores.

static bool text(posiv_slice word, const char *name, posiv_string_t *value) {
  size_t size = strlen(name);
  if (word.size <= size || memcmp(word.data, name, size) || word.data[size] != '=') return false;
  *value = (posiv_string_t){(uint8_t *)word.data + size + 1, word.size - size - 1};
  return true;
}

static bool number_in(posiv_string_t digits, uint64_t most, uint64_t *value) {
  uint64_t number = 0;
  for (size_t at = 0; at < digits.len; at++) {
    unsigned digit = (unsigned)digits.ptr[at] - '0';
    if (digit > 9 || number > (most - digit) / 10) return false;
    number = number * 10 + digit;
  }
  *value = number;
  return digits.len > 0;
}

static bool number(posiv_slice word, const char *name, uint64_t *value) {
  posiv_string_t digits;
  return text(word, name, &digits) && number_in(digits, UINT64_MAX, value);
}

static bool one_of(posiv_slice word, const char *name, const char *const *names, uint8_t count, uint8_t *value) {
  posiv_string_t wanted;
  if (!text(word, name, &wanted)) return false;
  for (uint8_t at = 0; at < count; at++)
    if (strlen(names[at]) == wanted.len && !memcmp(names[at], wanted.ptr, wanted.len)) {
      *value = at;
      return true;
    }
  return false;
}

static bool flag(posiv_slice word, const char *name, bool *value) {
  if (word.size != strlen(name) || memcmp(word.data, name, word.size)) return false;
  return *value = true;
}

// An option has its value once there is a word for it.
#define SOME(option, read) ((read) && ((option).is_some = true))

// What the words after it say is about this card.
static posiv_card_t *last_card(agent_order *order) {
  posiv_list_card_t *cards = &order->spec.cards;
  return cards->len ? &cards->ptr[cards->len - 1] : NULL;
}

// ADDRESS:PORT:PORT
static bool forward(posiv_string_t value, posiv_forward_t *into) {
  uint64_t ports[2];
  for (int at = 1; at >= 0; at--) {
    size_t colon = value.len;
    while (colon > 0 && value.ptr[colon - 1] != ':') colon--;
    if (colon == 0) return false;
    if (!number_in((posiv_string_t){value.ptr + colon, value.len - colon}, UINT16_MAX, &ports[at])) return false;
    value.len = colon - 1;
  }
  *into = (posiv_forward_t){value, (uint16_t)ports[0], (uint16_t)ports[1]};
  return true;
}

static bool of_network(agent_order *order, posiv_slice word) {
  posiv_list_card_t *cards = &order->spec.cards;
  posiv_string_t value;
  if (text(word, "card", &value)) {
    cards->ptr[cards->len++] = (posiv_card_t){.mac = value, .network.tag = POSIV_NETWORK_USER};
    return true;
  }
  posiv_card_t *card = last_card(order);
  if (!card) return false;
  if (text(word, "link", &value)) {
    card->network = (posiv_network_t){.tag = POSIV_NETWORK_LINK, .val.link = value};
    return true;
  }
  if (card->network.tag != POSIV_NETWORK_USER) return false;
  posiv_user_network_t *user = &card->network.val.user;
  if (flag(word, "outward", &user->outward)) return true;
  if (!text(word, "forward", &value)) return false;
  posiv_forward_t *next = &order->forwards[order->forwards_read++];
  if (!user->forwards.len++) user->forwards.ptr = next; // those of a card come one after the other
  return forward(value, next);
}

static bool of_template(posiv_template_t *template, posiv_slice word) {
  posiv_image_t *image = &template->image.val;
  return text(word, "kernel", &template->kernel) || text(word, "initrd", &template->initrd) ||
         text(word, "command-line", &template->command_line) || text(word, "ready", &template->ready) ||
         one_of(word, "board", board_names, 2, &template->board) ||
         SOME(template->image, text(word, "pieces", &image->pieces) || text(word, "index", &image->index)) ||
         SOME(template->user_data, text(word, "user-data", &template->user_data.val));
}

static bool of_spec(posiv_spec_t *spec, posiv_slice word) {
  posiv_snapshot_t *from = &spec->from.val;
  uint64_t processors;
  if (number(word, "processors", &processors)) {
    spec->shape.processors = (uint32_t)processors;
    return processors <= UINT32_MAX;
  }
  return text(word, "name", &spec->name) || number(word, "memory", &spec->shape.memory) ||
         number(word, "disk", &spec->shape.disk) || number(word, "bandwidth", &spec->bandwidth) ||
         flag(word, "paused", &spec->paused) ||
         SOME(spec->backend, one_of(word, "backend", backend_names, BACKENDS, &spec->backend.val)) ||
         SOME(spec->from, text(word, "kept-disk", &from->disk)) ||
         SOME(from->memory, text(word, "kept-memory", &from->memory.val)) ||
         SOME(from->cpu, text(word, "kept-cpu", &from->cpu.val));
}

static bool of_offer(agent_order *order, posiv_slice word) {
  if (!text(word, "from-node", &order->offer.node) && !text(word, "token", &order->offer.token)) return false;
  return order->takes_over = true;
}

const posiv_slice *agent_order_read(agent_order *order, const posiv_slice *cmd, size_t count) {
  // Each takes a word.
  order->spec.cards.ptr = calloc(count, sizeof *order->spec.cards.ptr);
  order->forwards = calloc(count, sizeof *order->forwards);
  if (count && (!order->spec.cards.ptr || !order->forwards)) __builtin_trap();
  for (size_t at = 0; at < count; at++)
    if (!of_spec(&order->spec, cmd[at]) && !of_template(&order->spec.template_, cmd[at]) &&
        !of_network(order, cmd[at]) && !of_offer(order, cmd[at]))
      return &cmd[at];
  return NULL;
}
