// Table I of the paper in C: making vTasks, calling them, answering, watching. Each call is true if it was carried out; else
// posiv_error() says why not. Timeouts are in milliseconds, POSIV_NEVER for none. A vtid and what it names otherwise are
// slices, so words of `cmd` can be passed on as they are; what a call gives belongs to the program, which frees it by
// posiv_free.
#ifndef VSTAR_VTASK_H
#define VSTAR_VTASK_H
#include "posiv.h"
#include "posiv_runtime.h"

// Makes a vTask of the image at a path of vStore, without starting it. A name makes it durable, NULL gives it none;
// `options` NULL stands for the defaults of posiv:kernel/vtask.
bool vtask_new(const char *name, posiv_slice path, const posiv_slice *cmd, size_t count, const posiv_options_t *options,
               posiv_slice *vtid);
// Starts one that was made; returns once its node has accepted it.
bool vtask_sched(posiv_slice vtid);
// Ends one and its children, wherever they are.
bool vtask_kill(posiv_slice vtid);

// Asks another vTask and waits for its answer. Every code of `error-code` can come of it.
bool vtask_rpc(posiv_slice vtid, const char *identity, uint32_t timeout_ms, posiv_slice args, posiv_slice *result);
// Sends a message; returns once it is in the mailbox of its target.
bool vtask_msg(posiv_slice vtid, const char *identity, posiv_slice body, uint32_t timeout_ms);

// The caller's own vtid, the living vTask that bears a name, and the end of the caller once its function has returned.
posiv_slice vtask_self(void);
bool vtask_find(const char *name, posiv_slice *vtid);
void vtask_exit(uint32_t status);

// What follows calls functions of the program, one at a time: in a service the kernel does (service.h), else vtask_serve.
// Slices that they are given last until they return. Identities have to last as long as the vTask: literals do.

// Answers by posiv_reply or posiv_reply_error, at once, or later with the token.
typedef void vtask_rpc_handler(const posiv_request *request);
bool vtask_register_rpc(const char *identity, vtask_rpc_handler *handler);

typedef void vtask_msg_handler(posiv_slice sender, posiv_slice body);
bool vtask_register_msg(const char *identity, vtask_msg_handler *handler);

// Asks without waiting; `done` is called once with the answer, or if not `ok` with posiv_error() saying why there is none.
typedef void vtask_done(void *context, bool ok, posiv_slice result);
bool vtask_start_rpc(posiv_slice vtid, const char *identity, uint32_t timeout_ms, posiv_slice args, vtask_done *done,
                     void *context);

// Calls `fired` once: when the vTask runs, ends by itself, or ends otherwise; at once where it is over already. The watch's
// number, for vtask_unwatch, is stored in `watch` unless that is NULL.
typedef void vtask_fired(void *context, posiv_slice vtid, const posiv_change_t *change);
bool vtask_on_start(posiv_slice vtid, vtask_fired *fired, void *context, uint32_t *watch);
bool vtask_on_exit(posiv_slice vtid, vtask_fired *fired, void *context, uint32_t *watch);
bool vtask_on_die(posiv_slice vtid, vtask_fired *fired, void *context, uint32_t *watch);
bool vtask_unwatch(uint32_t watch);

// Waits for the next request, message, answer or watch, and calls the function that it is for; false if none came in time.
bool vtask_serve(uint32_t timeout_ms);

// What vtask_serve and service.h have in common: calls the function that an event is for, and frees it.
void vtask_handle(const posiv_event_t *event);

#endif
