/* Made from posiv-wit/wit by `npm run generate`: not to be edited.
 *
 * The types and system calls of POSIV for C on wasm32.
 *
 * Strings are UTF-8 and end at their length, not at a NUL. What a call takes it only reads. What it gives lies in memory
 * that cabi_realloc made and that belongs to the caller: whoever includes this must export cabi_realloc. An option that
 * is a parameter is a pointer, NULL for none.
 */
#ifndef POSIV_H
#define POSIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define _Static_assert static_assert
extern "C" {
#endif

#define POSIV_IMPORT(interface, name) __attribute__((import_module(interface), import_name(name)))

typedef struct {
  uint8_t *ptr;
  size_t len;
} posiv_string_t;

/* The string of a literal: POSIV_STRING("echo"). */
#define POSIV_STRING(literal) ((posiv_string_t){(uint8_t *)(literal), sizeof(literal) - 1})

/** How a node stands with the one that answers. */
typedef uint8_t posiv_standing_t;
enum {
  /** The node that answers. */
  POSIV_STANDING_SELF = 0,
  /** It answers somebody, as far as is known. */
  POSIV_STANDING_UP = 1,
  /** It did not answer, and has some time left to. */
  POSIV_STANDING_SUSPECT = 2,
  /** It answers nobody. It may run nevertheless, cut off from the node that answers. */
  POSIV_STANDING_UNREACHABLE = 3,
  /** It was stopped in order. */
  POSIV_STANDING_LEFT = 4,
  /** It was taken out of the cluster for good. */
  POSIV_STANDING_REVOKED = 5,
};

typedef struct {
  bool is_some;
  posiv_string_t val;
} posiv_option_string_t;
_Static_assert(offsetof(posiv_option_string_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_option_string_t) == 12, "canonical ABI");

typedef struct {
  posiv_string_t *ptr;
  size_t len;
} posiv_list_string_t;
_Static_assert(sizeof(posiv_list_string_t) == 8, "canonical ABI");

typedef struct {
  /** Opaque ASCII, derived from its key; stays the same over restarts. */
  posiv_string_t id;
  posiv_string_t name;
  posiv_standing_t standing;
  /** Whether the node that answers has a connection with it; true for itself. */
  bool connected;
  /** The node by way of which it is connected, where neither of both can reach the other directly. */
  posiv_option_string_t relay;
  /** Where it listens, as multiaddrs. */
  posiv_list_string_t addresses;
  /** Counts its starts. */
  uint64_t incarnation;
  posiv_string_t version;
  /** Threads that run vTasks. */
  uint32_t lanes;
  /** Living vTasks. */
  uint32_t vtasks;
  /** Bytes of memory that its vTasks hold and may hold in all. */
  uint64_t memory_used;
  uint64_t memory_limit;
  /** Milliseconds since it was last heard from; 0 for the node that answers. */
  uint32_t silent_ms;
  /** Round trip of the last heartbeat, in microseconds; 0 where there was none. */
  uint32_t round_trip_us;
  /**
   * Whether it is one of those that keep the cluster's registers, such as names: while more than half of them can be
   * reached, registers can be read and written.
   */
  bool keeps_registers;
  /** Whether it takes no new vTasks, because it is being drained, or is empty already. */
  bool draining;
} posiv_node_t;
_Static_assert(sizeof(posiv_node_t) == 96, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, id) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, name) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, standing) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, connected) == 17, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, relay) == 20, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, addresses) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, incarnation) == 40, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, version) == 48, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, lanes) == 56, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, vtasks) == 60, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, memory_used) == 64, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, memory_limit) == 72, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, silent_ms) == 80, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, round_trip_us) == 84, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, keeps_registers) == 88, "canonical ABI");
_Static_assert(offsetof(posiv_node_t, draining) == 89, "canonical ABI");

typedef uint8_t posiv_service_state_t;
enum {
  /** It is being made ready, and does not answer yet. */
  POSIV_SERVICE_STATE_STARTING = 0,
  /** It answers. */
  POSIV_SERVICE_STATE_RUNNING = 1,
  /** It cannot do its work now. Of a manager: it failed the last time that it was asked, and the built-in strategy decided. */
  POSIV_SERVICE_STATE_FAILING = 2,
  /** Its node cannot be reached, and is not lost yet: it may run. */
  POSIV_SERVICE_STATE_UNREACHABLE = 3,
};

/**
 * Names one vTask for as long as anybody remembers it. Opaque, at most 128 bytes of ASCII, unguessable; it says
 * nothing of where the vTask runs, and holding one grants nothing.
 */
typedef posiv_string_t posiv_vtid_t;

typedef struct {
  bool is_some;
  posiv_vtid_t val;
} posiv_option_vtid_t;
_Static_assert(offsetof(posiv_option_vtid_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_option_vtid_t) == 12, "canonical ABI");

/** One that carries out one interface on one node. */
typedef struct {
  /** Of the service, for people. */
  posiv_string_t name;
  posiv_string_t version;
  /** What it keeps to: an interface or a world of WIT, such as `posiv:vstore/files@0.1.0`. */
  posiv_string_t interface;
  posiv_service_state_t state;
  /** When this version of it began there: milliseconds since 1970 by the clock of its node. */
  uint64_t since_ms;
  /** The id of its node. */
  posiv_string_t node;
  /** The vTask that it is; none where the node itself carries it out. */
  posiv_option_vtid_t vtask;
} posiv_service_instance_t;
_Static_assert(sizeof(posiv_service_instance_t) == 64, "canonical ABI");
_Static_assert(offsetof(posiv_service_instance_t, name) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_service_instance_t, version) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_service_instance_t, interface) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_service_instance_t, state) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_service_instance_t, since_ms) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_service_instance_t, node) == 40, "canonical ABI");
_Static_assert(offsetof(posiv_service_instance_t, vtask) == 48, "canonical ABI");

/** What a vTask tells of itself as a service. */
typedef struct {
  /** 1 to 64 of `a-z 0-9 . -`. */
  posiv_string_t name;
  /** 1 to 64 printable characters of ASCII. */
  posiv_string_t version;
  /** `namespace:package/name`, with or without `@version`, 128 characters at most. */
  posiv_string_t interface;
  /** Not `unreachable`. */
  posiv_service_state_t state;
} posiv_service_description_t;
_Static_assert(sizeof(posiv_service_description_t) == 28, "canonical ABI");
_Static_assert(offsetof(posiv_service_description_t, name) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_service_description_t, version) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_service_description_t, interface) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_service_description_t, state) == 24, "canonical ABI");

/** Names a request that `start-rpc` sent, until its completion has been received. */
typedef uint32_t posiv_request_id_t;

/** Names a request that the caller has received, until it has been answered. */
typedef uint32_t posiv_token_t;

typedef struct {
  uint8_t *ptr;
  size_t len;
} posiv_list_u8_t;
_Static_assert(sizeof(posiv_list_u8_t) == 8, "canonical ABI");

/** Bytes that the kernel carries and never reads. At most 1 MiB. The SDKs put CBOR in them. */
typedef posiv_list_u8_t posiv_payload_t;

/** A message that waited in the mailbox. */
typedef struct {
  posiv_vtid_t sender;
  posiv_string_t identity;
  posiv_payload_t body;
} posiv_message_t;
_Static_assert(sizeof(posiv_message_t) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_message_t, sender) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_message_t, identity) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_message_t, body) == 16, "canonical ABI");

/** A request that waited in the mailbox, to be answered by `reply`. */
typedef struct {
  posiv_token_t token;
  posiv_vtid_t caller;
  posiv_string_t identity;
  posiv_payload_t args;
} posiv_request_t;
_Static_assert(sizeof(posiv_request_t) == 28, "canonical ABI");
_Static_assert(offsetof(posiv_request_t, token) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_request_t, caller) == 4, "canonical ABI");
_Static_assert(offsetof(posiv_request_t, identity) == 12, "canonical ABI");
_Static_assert(offsetof(posiv_request_t, args) == 20, "canonical ABI");

enum {
  /** No vTask has this vtid or name, or the caller may not know of it. */
  POSIV_ERROR_CODE_NO_SUCH_TASK = 0,
  /** The time given ran out. A request may or may not have been carried out. */
  POSIV_ERROR_CODE_TIMEOUT = 1,
  /**
   * The target's node cannot be reached, and nobody knows whether the target lives, or so much waits on the way that the call
   * or its answer found no room. Only a call to another node fails so; it may or may not have been carried out.
   */
  POSIV_ERROR_CODE_UNREACHABLE = 2,
  /** The call is not allowed, not possible in this state, or its arguments are out of range. */
  POSIV_ERROR_CODE_REFUSED = 3,
  /** The target's mailbox had no room until the time given ran out. The target never saw the call. */
  POSIV_ERROR_CODE_MAILBOX_FULL = 4,
  /** The target is waiting, directly or through others, for the caller: the call could never be answered. */
  POSIV_ERROR_CODE_WOULD_DEADLOCK = 5,
  /** The target's handler answered with an error. */
  POSIV_ERROR_CODE_HANDLER_FAILED = 6,
  /**
   * The target ended before it answered, or had ended already: by itself, or with its node, as soon as that is known to be lost
   * and for good. What must run is made again under its name, with a vtid of its own.
   */
  POSIV_ERROR_CODE_TASK_DIED = 7,
  /** A limit of the caller's or the target's quota would be passed; names the limit. */
  POSIV_ERROR_CODE_QUOTA_EXCEEDED = 8,
  /** Anything else. */
  POSIV_ERROR_CODE_OTHER = 9,
};
/** Why a call did not do what was asked. The codes are stable; the text in a case is for people. */
typedef struct {
  uint8_t tag;
  union {
    posiv_string_t unreachable;
    posiv_string_t refused;
    posiv_string_t handler_failed;
    posiv_string_t task_died;
    posiv_string_t quota_exceeded;
    posiv_string_t other;
  } val;
} posiv_error_code_t;
_Static_assert(sizeof(posiv_error_code_t) == 12, "canonical ABI");
_Static_assert(offsetof(posiv_error_code_t, val) == 4, "canonical ABI");

typedef struct {
  bool is_error;
  union {
    posiv_payload_t ok;
    posiv_error_code_t error;
  } val;
} posiv_result_payload_error_code_t;
_Static_assert(offsetof(posiv_result_payload_error_code_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_payload_error_code_t) == 16, "canonical ABI");

/** The end of a request that `start-rpc` sent. */
typedef struct {
  posiv_request_id_t id;
  posiv_result_payload_error_code_t outcome;
} posiv_completion_t;
_Static_assert(sizeof(posiv_completion_t) == 20, "canonical ABI");
_Static_assert(offsetof(posiv_completion_t, id) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_completion_t, outcome) == 4, "canonical ABI");

/** A number for a watch that `monitor` set. */
typedef uint32_t posiv_watch_id_t;

enum {
  /** `run` returned this status, 0 for success, or the vTask called `exit`. */
  POSIV_EXIT_REASON_EXITED = 0,
  /** `run` returned an error. */
  POSIV_EXIT_REASON_FAILED = 1,
  /** The program trapped: an unreachable instruction, an access out of bounds, a stack overflow. */
  POSIV_EXIT_REASON_TRAPPED = 2,
  /** It was killed by someone with the right to. */
  POSIV_EXIT_REASON_KILLED = 3,
  /** Its creator ended and it was not detached. */
  POSIV_EXIT_REASON_CREATOR_ENDED = 4,
  /** It passed a limit that a program may not survive; names the limit. */
  POSIV_EXIT_REASON_QUOTA_EXCEEDED = 5,
  /** Its image could not be started; says why. */
  POSIV_EXIT_REASON_START_FAILED = 6,
  /** The thread or process that held it ended. */
  POSIV_EXIT_REASON_LANE_LOST = 7,
  /** Its node is gone. */
  POSIV_EXIT_REASON_NODE_LOST = 8,
};
/** How a vTask ended. */
typedef struct {
  uint8_t tag;
  union {
    uint32_t exited;
    posiv_string_t failed;
    posiv_string_t trapped;
    posiv_string_t quota_exceeded;
    posiv_string_t start_failed;
    posiv_string_t lane_lost;
  } val;
} posiv_exit_reason_t;
_Static_assert(sizeof(posiv_exit_reason_t) == 12, "canonical ABI");
_Static_assert(offsetof(posiv_exit_reason_t, val) == 4, "canonical ABI");

enum {
  POSIV_CHANGE_STARTED = 0,
  POSIV_CHANGE_EXITED = 1,
  POSIV_CHANGE_DIED = 2,
};
/** What happened to a vTask that the caller watches. */
typedef struct {
  uint8_t tag;
  union {
    uint32_t exited;
    posiv_exit_reason_t died;
  } val;
} posiv_change_t;
_Static_assert(sizeof(posiv_change_t) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_change_t, val) == 4, "canonical ABI");

/** A watch has fired. */
typedef struct {
  posiv_watch_id_t watch;
  posiv_vtid_t vtid;
  posiv_change_t change;
} posiv_notice_t;
_Static_assert(sizeof(posiv_notice_t) == 28, "canonical ABI");
_Static_assert(offsetof(posiv_notice_t, watch) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_notice_t, vtid) == 4, "canonical ABI");
_Static_assert(offsetof(posiv_notice_t, change) == 12, "canonical ABI");

enum {
  POSIV_EVENT_MESSAGE = 0,
  POSIV_EVENT_REQUEST = 1,
  POSIV_EVENT_COMPLETION = 2,
  POSIV_EVENT_NOTICE = 3,
};
/** What `receive` can yield. */
typedef struct {
  uint8_t tag;
  union {
    posiv_message_t message;
    posiv_request_t request;
    posiv_completion_t completion;
    posiv_notice_t notice;
  } val;
} posiv_event_t;
_Static_assert(sizeof(posiv_event_t) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_event_t, val) == 4, "canonical ABI");

/** Where a line goes. */
typedef uint8_t posiv_channel_t;
enum {
  /** The standard output of a program, passed through by `vstar run`. */
  POSIV_CHANNEL_OUTPUT = 0,
  /** Its standard error. */
  POSIV_CHANNEL_ERRORS = 1,
  POSIV_CHANNEL_DEBUG = 2,
  POSIV_CHANNEL_INFO = 3,
  POSIV_CHANNEL_WARN = 4,
  POSIV_CHANNEL_ERROR = 5,
};

/** What one `write` said. */
typedef struct {
  /** Counts the entries of one vTask from 0. */
  uint64_t number;
  /** Milliseconds since 1970 by its node's clock. */
  uint64_t time_ms;
  posiv_channel_t channel;
  posiv_list_u8_t text;
} posiv_entry_t;
_Static_assert(sizeof(posiv_entry_t) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_entry_t, number) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_entry_t, time_ms) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_entry_t, channel) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_entry_t, text) == 20, "canonical ABI");

typedef struct {
  posiv_entry_t *ptr;
  size_t len;
} posiv_list_entry_t;
_Static_assert(sizeof(posiv_list_entry_t) == 8, "canonical ABI");

/** Some entries, and the number to ask for next. */
typedef struct {
  posiv_list_entry_t entries;
  uint64_t next;
  /** The vTask has ended and there is nothing after this page. */
  bool ended;
} posiv_page_t;
_Static_assert(sizeof(posiv_page_t) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_page_t, entries) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_page_t, next) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_page_t, ended) == 16, "canonical ABI");

/** Where a vTask is in its life. */
typedef uint8_t posiv_state_t;
enum {
  /** Made, not yet asked to run. */
  POSIV_STATE_CREATED = 0,
  /** Asked to run, waiting for its lane. */
  POSIV_STATE_SCHEDULED = 1,
  /** Its image is being loaded. */
  POSIV_STATE_STARTING = 2,
  /** It runs, or waits for work. */
  POSIV_STATE_RUNNING = 3,
  /** Paused in place: it handles nothing until it is resumed. */
  POSIV_STATE_SUSPENDED = 4,
  /** It ended by itself. */
  POSIV_STATE_EXITED = 5,
  /** It ended against its will. */
  POSIV_STATE_DIED = 6,
  /** It was ended by another. */
  POSIV_STATE_KILLED = 7,
  /** Its node is gone. */
  POSIV_STATE_LOST = 8,
};

/**
 * What a vTask may use. Where one is made, a limit of 0 stands for the default; where one is adjusted, for what it is.
 * docs/limits.md has what passing each of them does.
 */
typedef struct {
  /** Linear memory, all of the vTask's memories together, in pages of 64 KiB. Default 4,096 (256 MiB), at most 65,536. */
  uint32_t memory_pages;
  /**
   * Elements that its tables may come to have, all of an instance together: of those that can grow, as many as they can
   * grow to. Looked at when it starts. Default and maximum 1,048,576.
   */
  uint32_t table_elements;
  /**
   * Its part of its lane's time, relative to the weights of the others that want to run. 1 to 1,000; default 100, or
   * what the Task Manager says.
   */
  uint32_t cpu_weight;
  /**
   * The most processor time that it may use, in thousandths of a core, though nobody else wants to run. Default and
   * maximum 1,000, which is no such limit: a vTask does one thing at a time.
   */
  uint32_t cpu_rate;
  /** Bytes of messages and requests that may wait for the vTask. Default 1 MiB, at most 64 MiB. */
  uint32_t mailbox_bytes;
  /** Messages and requests that it may send in a second. Default and maximum 1,000,000,000, which is no such limit. */
  uint32_t message_rate;
  /** Bytes that it may write to its log in a second. Default 16 MiB, at most 1 GiB. */
  uint32_t log_rate;
  /** Watches that it may have open. Default 1,024, at most 65,536. */
  uint32_t watches;
  /** Requests and messages that it may have out. Default 128, at most 65,536. */
  uint32_t requests;
  /** Milliseconds from its making to its end, at the latest. Default and maximum 4,294,967,295, which is no such limit. */
  uint32_t life_ms;
  /** Bytes that it may write to scratch blobs, those that were released left out. Default and maximum 1 TiB. */
  uint64_t scratch_bytes;
} posiv_quota_t;
_Static_assert(sizeof(posiv_quota_t) == 48, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, memory_pages) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, table_elements) == 4, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, cpu_weight) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, cpu_rate) == 12, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, mailbox_bytes) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, message_rate) == 20, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, log_rate) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, watches) == 28, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, requests) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, life_ms) == 36, "canonical ABI");
_Static_assert(offsetof(posiv_quota_t, scratch_bytes) == 40, "canonical ABI");

/** A limit that a call may pass: of a vTask, or of its tenant on one node. */
typedef uint8_t posiv_limit_t;
enum {
  POSIV_LIMIT_MEMORY_PAGES = 0,
  POSIV_LIMIT_TABLE_ELEMENTS = 1,
  POSIV_LIMIT_MAILBOX_BYTES = 2,
  POSIV_LIMIT_MESSAGE_RATE = 3,
  POSIV_LIMIT_LOG_RATE = 4,
  POSIV_LIMIT_WATCHES = 5,
  POSIV_LIMIT_REQUESTS = 6,
  POSIV_LIMIT_LIFE_MS = 7,
  POSIV_LIMIT_SCRATCH_BYTES = 8,
  /** vTasks of the tenant. */
  POSIV_LIMIT_TENANT_VTASKS = 9,
  /** Memory that the vTasks of the tenant hold. */
  POSIV_LIMIT_TENANT_MEMORY = 10,
  /** The size of an image. */
  POSIV_LIMIT_IMAGE_BYTES = 11,
  /** Durable blobs of the tenant. */
  POSIV_LIMIT_STORE_BYTES = 12,
};

/** How often a limit was passed: refused or held back, or where the node only counts what it would have refused, let be. */
typedef struct {
  posiv_limit_t limit;
  uint64_t count;
} posiv_refusal_t;
_Static_assert(sizeof(posiv_refusal_t) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_refusal_t, limit) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_refusal_t, count) == 8, "canonical ABI");

typedef struct {
  posiv_refusal_t *ptr;
  size_t len;
} posiv_list_refusal_t;
_Static_assert(sizeof(posiv_list_refusal_t) == 8, "canonical ABI");

typedef struct {
  bool is_some;
  posiv_exit_reason_t val;
} posiv_option_exit_reason_t;
_Static_assert(offsetof(posiv_option_exit_reason_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_option_exit_reason_t) == 16, "canonical ABI");

/** What is known of a vTask. */
typedef struct {
  posiv_vtid_t vtid;
  /** The name that it was given, unique in the cluster among those alive. */
  posiv_option_string_t name;
  /** The tenant that it belongs to. */
  posiv_string_t tenant;
  /** The path or blob of the image it was made from. */
  posiv_string_t image;
  /** The id of the node that it is on. */
  posiv_string_t node;
  posiv_state_t state;
  posiv_option_vtid_t creator;
  /** Milliseconds since 1970 by its node's clock; 0 where it has not happened. */
  uint64_t created_ms;
  uint64_t started_ms;
  uint64_t ended_ms;
  /** Bytes of linear memory that it holds, as last reported by its lane. */
  uint64_t memory_bytes;
  /** Bytes of messages and requests that wait for it, as last reported by its lane. */
  uint32_t mailbox_bytes;
  /** Microseconds of processor time that it has used, as last reported by its lane. */
  uint64_t cpu_us;
  /** What it may use. */
  posiv_quota_t quota;
  /** The limits that it has passed. */
  posiv_list_refusal_t refusals;
  /** How it ended, once it has. */
  posiv_option_exit_reason_t reason;
} posiv_info_t;
_Static_assert(sizeof(posiv_info_t) == 184, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, vtid) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, name) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, tenant) == 20, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, image) == 28, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, node) == 36, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, state) == 44, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, creator) == 48, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, created_ms) == 64, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, started_ms) == 72, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, ended_ms) == 80, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, memory_bytes) == 88, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, mailbox_bytes) == 96, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, cpu_us) == 104, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, quota) == 112, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, refusals) == 160, "canonical ABI");
_Static_assert(offsetof(posiv_info_t, reason) == 168, "canonical ABI");

/**
 * When a vTask is made again after its end: on the same node, with the same name and cmd, and a vtid of its own; where its
 * node is lost or stopped, on another one. Never after a kill or the end of its creator, and no more than five times within
 * a minute.
 */
typedef uint8_t posiv_restart_t;
enum {
  POSIV_RESTART_NEVER = 0,
  /** After any end but an exit with status 0. */
  POSIV_RESTART_ON_FAILURE = 1,
  /** After every end. */
  POSIV_RESTART_ALWAYS = 2,
};

typedef struct {
  bool is_some;
  posiv_list_string_t val;
} posiv_option_list_string_t;
_Static_assert(offsetof(posiv_option_list_string_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_option_list_string_t) == 12, "canonical ABI");

typedef struct {
  posiv_string_t f0;
  posiv_string_t f1;
} posiv_tuple_string_string_t;
_Static_assert(sizeof(posiv_tuple_string_string_t) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_tuple_string_string_t, f0) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_tuple_string_string_t, f1) == 8, "canonical ABI");

typedef struct {
  posiv_tuple_string_string_t *ptr;
  size_t len;
} posiv_list_tuple_string_string_t;
_Static_assert(sizeof(posiv_list_tuple_string_string_t) == 8, "canonical ABI");

/** How a vTask is to be made. Leaving the record out is the same as all of its defaults. */
typedef struct {
  /** Lives on when its creator ends. Default false. */
  bool detached;
  /** The id or name of the node that it must be placed on. Default: wherever the Resource Manager says. */
  posiv_option_string_t node;
  /** Ids of nodes that it had better be near, the best first, for example those that hold its data. Default none. */
  posiv_list_string_t near;
  /**
   * The interfaces that it may import, for example `posiv:vstore/files`, or a whole package, `posiv:vstore`.
   * None stands for `posiv:kernel`. The creator must hold each of them.
   */
  posiv_option_list_string_t grants;
  /** Its limits. */
  posiv_quota_t quota;
  /** Environment variables of a WASI program. */
  posiv_list_tuple_string_string_t environment;
  /** When it is made again. Default `never`; any other needs a name, by which it is found again. */
  posiv_restart_t restart;
} posiv_options_t;
_Static_assert(sizeof(posiv_options_t) == 104, "canonical ABI");
_Static_assert(offsetof(posiv_options_t, detached) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_options_t, node) == 4, "canonical ABI");
_Static_assert(offsetof(posiv_options_t, near) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_options_t, grants) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_options_t, quota) == 40, "canonical ABI");
_Static_assert(offsetof(posiv_options_t, environment) == 88, "canonical ABI");
_Static_assert(offsetof(posiv_options_t, restart) == 96, "canonical ABI");

/** What carries a machine's instructions out. */
typedef uint8_t posiv_backend_t;
enum {
  /** QEMU with the processor's own virtualisation. */
  POSIV_BACKEND_QEMU_KVM = 0,
  /** QEMU, which translates them: runs everywhere, and is slower by far. */
  POSIV_BACKEND_QEMU_TCG = 1,
  /** An emulator of WebAssembly, which comes with vStarCloud: needs nothing installed, and is the slowest. */
  POSIV_BACKEND_V86 = 2,
  /** No machine: the programs of the template's first file system on the kernel of the node, walled in by bubblewrap. */
  POSIV_BACKEND_CONTAINER = 3,
};

/** What a backend can do with machines beyond making and ending them. */
typedef uint8_t posiv_capability_t;
enum {
  /** `pause` and `resume`, also to make one paused. */
  POSIV_CAPABILITY_PAUSE = 0,
  /** `suspend`: memory is kept, and goes on elsewhere. */
  POSIV_CAPABILITY_SUSPEND = 1,
  /** There is a disk, which `stop` keeps. */
  POSIV_CAPABILITY_DISK = 2,
  /** `take-snapshot` and `migrate-out`: it is kept, or moved to another node, while it runs. */
  POSIV_CAPABILITY_LIVE = 3,
  /** It may have network cards. */
  POSIV_CAPABILITY_NETWORK = 4,
  /** Its template may have an image. */
  POSIV_CAPABILITY_IMAGE = 5,
};

/** The board that a machine is built on. What a kernel finds its devices by decides. */
typedef uint8_t posiv_board_t;
enum {
  /** A PC with a PCI bus: for every kernel. */
  POSIV_BOARD_PC = 0,
  /** The least that Linux needs, without PCI or ACPI: for kernels that find virtio devices by their command line. */
  POSIV_BOARD_MICROVM = 1,
};

/** Names immutable bytes, wherever they are. Opaque ASCII, at most 256 bytes. */
typedef posiv_string_t posiv_blob_id_t;

/** What is on a disk at first. Nodes fetch of it what is read. */
typedef struct {
  /** Its pieces of 64 KiB that are not all zeros, one after the other; the last one is filled up with zeros. */
  posiv_blob_id_t pieces;
  /** Which these are, as JSON: `{"version": 1, "size": BYTES, "runs": [[FIRST, COUNT], ...]}`. At most 4 MiB. */
  posiv_blob_id_t index;
} posiv_image_t;
_Static_assert(sizeof(posiv_image_t) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_image_t, pieces) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_image_t, index) == 8, "canonical ABI");

typedef struct {
  bool is_some;
  posiv_image_t val;
} posiv_option_image_t;
_Static_assert(offsetof(posiv_option_image_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_option_image_t) == 20, "canonical ABI");

/** What a machine starts from. One without an image is booted once on each node and copied from then on. */
typedef struct {
  /**
   * A Linux kernel, as `bzImage`. Empty where the machine boots from its image, as its firmware does: then there is neither
   * an initramfs nor a command line.
   */
  posiv_blob_id_t kernel;
  /** Its initramfs. */
  posiv_blob_id_t initrd;
  /** What the kernel is told, after `console=ttyS0`. */
  posiv_string_t command_line;
  /** Of its disk; none where that is empty. */
  posiv_option_image_t image;
  /**
   * What cloud-init finds on a second disk, as NoCloud has it, beside the machine's name and networks: at most 16 KiB.
   * None: there is no such disk.
   */
  posiv_option_string_t user_data;
  posiv_board_t board;
  /** The machine has started, and is copied from here on, once it has written this to its console. 1 to 128 bytes. */
  posiv_string_t ready;
} posiv_template_t;
_Static_assert(sizeof(posiv_template_t) == 68, "canonical ABI");
_Static_assert(offsetof(posiv_template_t, kernel) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_template_t, initrd) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_template_t, command_line) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_template_t, image) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_template_t, user_data) == 44, "canonical ABI");
_Static_assert(offsetof(posiv_template_t, board) == 56, "canonical ABI");
_Static_assert(offsetof(posiv_template_t, ready) == 60, "canonical ABI");

/** How large a machine is. */
typedef struct {
  /** In bytes, whole MiB: 32 MiB to 64 GiB. */
  uint64_t memory;
  /** 1 to 16. */
  uint32_t processors;
  /** Of its disk, in bytes, whole MiB: 1 MiB to 1 TiB. What was not written takes no room. */
  uint64_t disk;
} posiv_shape_t;
_Static_assert(sizeof(posiv_shape_t) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_shape_t, memory) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_shape_t, processors) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_shape_t, disk) == 16, "canonical ABI");

typedef struct {
  bool is_some;
  posiv_blob_id_t val;
} posiv_option_blob_id_t;
_Static_assert(offsetof(posiv_option_blob_id_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_option_blob_id_t) == 12, "canonical ABI");

/** What was kept of a machine, to go on from. */
typedef struct {
  /** Its memory and devices. None where only the disk was kept: then it boots. */
  posiv_option_blob_id_t memory;
  posiv_blob_id_t disk;
  /** What kind of processor its memory was on, as `host.cpu`: only such a one goes on from it. None where there is no memory. */
  posiv_option_string_t cpu;
} posiv_snapshot_t;
_Static_assert(sizeof(posiv_snapshot_t) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_snapshot_t, memory) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_snapshot_t, disk) == 12, "canonical ABI");
_Static_assert(offsetof(posiv_snapshot_t, cpu) == 20, "canonical ABI");

/** A machine that runs and may go on on another node. */
typedef struct {
  /** The id of the node that it is on. */
  posiv_string_t node;
  /** Nobody guesses it; it is good for one `migrate-in`, within a minute. */
  posiv_string_t token;
} posiv_offer_t;
_Static_assert(sizeof(posiv_offer_t) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_offer_t, node) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_offer_t, token) == 8, "canonical ABI");

/** How a machine came to its node from another one, while it ran. */
typedef struct {
  /** The id of the node that it was on. */
  posiv_string_t from;
  /** How long it stood still, in microseconds, as the node that it left has measured: until it was told that the machine runs. */
  uint64_t downtime_us;
  /** Milliseconds that all of it took. */
  uint32_t total_ms;
  /** Of memory and devices, that travelled. */
  uint64_t bytes;
} posiv_move_t;
_Static_assert(sizeof(posiv_move_t) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_move_t, from) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_move_t, downtime_us) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_move_t, total_ms) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_move_t, bytes) == 24, "canonical ABI");

/** A port of the node that leads to one of the machine, by TCP. */
typedef struct {
  /** The address of the node to listen at, as IPv4: `127.0.0.1` for those on the node alone. */
  posiv_string_t address;
  uint16_t host_port;
  uint16_t guest_port;
} posiv_forward_t;
_Static_assert(sizeof(posiv_forward_t) == 12, "canonical ABI");
_Static_assert(offsetof(posiv_forward_t, address) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_forward_t, host_port) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_forward_t, guest_port) == 10, "canonical ABI");

typedef struct {
  posiv_forward_t *ptr;
  size_t len;
} posiv_list_forward_t;
_Static_assert(sizeof(posiv_list_forward_t) == 8, "canonical ABI");

/** What a machine may reach by its node, and who it. */
typedef struct {
  /**
   * It may reach whatever the node can, through the node's own address. Else it reaches nobody, and answers what comes by
   * its forwards.
   */
  bool outward;
  /** At most 16. None of their ports may be in use. */
  posiv_list_forward_t forwards;
} posiv_user_network_t;
_Static_assert(sizeof(posiv_user_network_t) == 12, "canonical ABI");
_Static_assert(offsetof(posiv_user_network_t, outward) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_user_network_t, forwards) == 4, "canonical ABI");

enum {
  /**
   * By its name, a link: the cards of all machines of the tenant that are joined to it are as if on one switch, on
   * whichever nodes they are. 1 to 63 of a-z 0-9 -.
   */
  POSIV_NETWORK_LINK = 0,
  /** A network with the node alone, which is 10.0.2.2 in it; the machine is 10.0.2.15. For the machines of the node's owner. */
  POSIV_NETWORK_USER = 1,
};
/** What a network card is joined to. */
typedef struct {
  uint8_t tag;
  union {
    posiv_string_t link;
    posiv_user_network_t user;
  } val;
} posiv_network_t;
_Static_assert(sizeof(posiv_network_t) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_network_t, val) == 4, "canonical ABI");

/** A network card. */
typedef struct {
  /** Six bytes, as `02:00:0a:4d:00:01`. By convention the machine's address on the network is in the last four. */
  posiv_string_t mac;
  posiv_network_t network;
} posiv_card_t;
_Static_assert(sizeof(posiv_card_t) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_card_t, mac) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_card_t, network) == 8, "canonical ABI");

typedef struct {
  posiv_card_t *ptr;
  size_t len;
} posiv_list_card_t;
_Static_assert(sizeof(posiv_list_card_t) == 8, "canonical ABI");

typedef struct {
  bool is_some;
  posiv_snapshot_t val;
} posiv_option_snapshot_t;
_Static_assert(offsetof(posiv_option_snapshot_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_option_snapshot_t) == 36, "canonical ABI");

typedef struct {
  bool is_some;
  posiv_backend_t val;
} posiv_option_backend_t;
_Static_assert(offsetof(posiv_option_backend_t, val) == 1, "canonical ABI");
_Static_assert(sizeof(posiv_option_backend_t) == 2, "canonical ABI");

/** What to make. */
typedef struct {
  /** By which the machine knows itself: 1 to 63 of a-z 0-9 -. */
  posiv_string_t name;
  posiv_template_t template_;
  posiv_shape_t shape;
  /** At most 4; the board has to be `pc`. They have to be the same, in their order, where the machine goes on. */
  posiv_list_card_t cards;
  /** What all cards together may send, and be sent, in bytes a second: 1,024 to 2^32. More is held back, or dropped. */
  uint64_t bandwidth;
  /** Where to go on from. None: a copy of the template, with a disk that is empty or has its image. */
  posiv_option_snapshot_t from;
  /** It does nothing until `resume`. */
  bool paused;
  /** What must run it. None: QEMU, by the fastest way that the node has; what is slow or no machine is asked for by name. */
  posiv_option_backend_t backend;
} posiv_spec_t;
_Static_assert(sizeof(posiv_spec_t) == 160, "canonical ABI");
_Static_assert(offsetof(posiv_spec_t, name) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_spec_t, template_) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_spec_t, shape) == 80, "canonical ABI");
_Static_assert(offsetof(posiv_spec_t, cards) == 104, "canonical ABI");
_Static_assert(offsetof(posiv_spec_t, bandwidth) == 112, "canonical ABI");
_Static_assert(offsetof(posiv_spec_t, from) == 120, "canonical ABI");
_Static_assert(offsetof(posiv_spec_t, paused) == 156, "canonical ABI");
_Static_assert(offsetof(posiv_spec_t, backend) == 157, "canonical ABI");

typedef uint8_t posiv_machine_state_t;
enum {
  POSIV_MACHINE_STATE_RUNNING = 0,
  POSIV_MACHINE_STATE_PAUSED = 1,
};

typedef struct {
  bool is_some;
  posiv_move_t val;
} posiv_option_move_t;
_Static_assert(offsetof(posiv_option_move_t, val) == 8, "canonical ABI");
_Static_assert(sizeof(posiv_option_move_t) == 40, "canonical ABI");

/** How a machine came to be there. What it has used since is in its `stats`, which take longer to find out. */
typedef struct {
  posiv_machine_state_t state;
  /** Milliseconds that making it took. */
  uint32_t create_ms;
  /** None where it was not moved to this node while it ran. */
  posiv_option_move_t moved;
} posiv_made_t;
_Static_assert(sizeof(posiv_made_t) == 48, "canonical ABI");
_Static_assert(offsetof(posiv_made_t, state) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_made_t, create_ms) == 4, "canonical ABI");
_Static_assert(offsetof(posiv_made_t, moved) == 8, "canonical ABI");

/** What is known of a machine that is there. Counters are those of this hypervisor process. */
typedef struct {
  posiv_machine_state_t state;
  posiv_backend_t backend;
  /** Milliseconds that making it took. */
  uint32_t create_ms;
  /** Processor time, in microseconds. */
  uint64_t cpu_us;
  /** Memory of the host that it holds, in bytes: what it shares with others in part, as PSS. */
  uint64_t memory_used;
  /** That its disk takes on the host, in bytes. */
  uint64_t disk_used;
  /** Bytes that it has read from its disk and written to it. */
  uint64_t disk_read;
  uint64_t disk_written;
  /** None where it was not moved to this node while it ran. */
  posiv_option_move_t moved;
  /** Bytes of frames that came to its network cards and that they sent, and frames that were dropped on their way to it. */
  uint64_t net_received;
  uint64_t net_sent;
  uint64_t net_dropped;
  /** Bytes of the template's image that this node has fetched so far, for all its machines; 0 without an image. */
  uint64_t image_fetched;
} posiv_stats_t;
_Static_assert(sizeof(posiv_stats_t) == 120, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, state) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, backend) == 1, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, create_ms) == 4, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, cpu_us) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, memory_used) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, disk_used) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, disk_read) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, disk_written) == 40, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, moved) == 48, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, net_received) == 88, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, net_sent) == 96, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, net_dropped) == 104, "canonical ABI");
_Static_assert(offsetof(posiv_stats_t, image_fetched) == 112, "canonical ABI");

typedef struct {
  posiv_backend_t *ptr;
  size_t len;
} posiv_list_backend_t;
_Static_assert(sizeof(posiv_list_backend_t) == 8, "canonical ABI");

/** What a node has for machines. */
typedef struct {
  /** The id of the node. */
  posiv_string_t node;
  posiv_string_t name;
  /** What it can run them by, the fastest first; none where nothing is installed. */
  posiv_list_backend_t backends;
  /** What is missing for the others, for people. */
  posiv_list_string_t missing;
  /** Machines that are there. */
  uint32_t machines;
  /** Bytes that machines have been promised and may be promised in all. */
  uint64_t memory_used;
  uint64_t memory_limit;
  /** Bytes of disk that are free for them. */
  uint64_t disk_free;
  /** What kind of processor its machines have: memory goes on on another node only where this is the same there. */
  posiv_string_t cpu;
  /** Of its processors, in percent, what was wanted of them over the last minute: more than 100 where some waited for one. */
  uint32_t load;
} posiv_host_t;
_Static_assert(sizeof(posiv_host_t) == 80, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, node) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, name) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, backends) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, missing) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, machines) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, memory_used) == 40, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, memory_limit) == 48, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, disk_free) == 56, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, cpu) == 64, "canonical ABI");
_Static_assert(offsetof(posiv_host_t, load) == 72, "canonical ABI");

enum {
  /** The caller has no machine. */
  POSIV_MACHINE_ERROR_NO_MACHINE = 0,
  /** The arguments are out of range, or it is not possible in this state. */
  POSIV_MACHINE_ERROR_REFUSED = 1,
  /** The node does not have the backend; says what to install. */
  POSIV_MACHINE_ERROR_NO_BACKEND = 2,
  /** The backend of the machine cannot do this, ever; says which it is. */
  POSIV_MACHINE_ERROR_UNSUPPORTED = 3,
  /** The node has no memory or disk left for it; says which. */
  POSIV_MACHINE_ERROR_FULL = 4,
  /** A limit of the tenant would be passed; names the limit. */
  POSIV_MACHINE_ERROR_QUOTA_EXCEEDED = 5,
  /** The template did not start in time, or ended; with the end of what its console said. */
  POSIV_MACHINE_ERROR_NOT_READY = 6,
  /** The hypervisor ended or did not do it; says what it said. */
  POSIV_MACHINE_ERROR_FAILED = 7,
  /** vStore did not give or take what the machine needs. */
  POSIV_MACHINE_ERROR_STORE = 8,
  /** The memory of the machine is of another kind of processor, or hypervisor, than the node has. */
  POSIV_MACHINE_ERROR_INCOMPATIBLE = 9,
};
/** Why a call about a machine did not do what was asked. */
typedef struct {
  uint8_t tag;
  union {
    posiv_string_t refused;
    posiv_string_t no_backend;
    posiv_string_t unsupported;
    posiv_string_t full;
    posiv_string_t quota_exceeded;
    posiv_string_t not_ready;
    posiv_string_t failed;
    posiv_string_t store;
    posiv_string_t incompatible;
  } val;
} posiv_machine_error_t;
_Static_assert(sizeof(posiv_machine_error_t) == 12, "canonical ABI");
_Static_assert(offsetof(posiv_machine_error_t, val) == 4, "canonical ABI");

/** Names a blob that is being written, for its writer alone. */
typedef uint32_t posiv_writer_t;

/** What kind of blob it will be. */
typedef uint8_t posiv_durability_t;
enum {
  /** Spread over the nodes and on disk before `seal` returns. It goes unless a path is bound to it within an hour. */
  POSIV_DURABILITY_DURABLE = 0,
  /** Stays on the writer's node, and goes when the writer's creator ends: for what can be made again. */
  POSIV_DURABILITY_SCRATCH = 1,
};

enum {
  /** No path or blob of this name. */
  POSIV_STORE_ERROR_NOT_FOUND = 0,
  /** The arguments are out of range or not allowed. */
  POSIV_STORE_ERROR_REFUSED = 1,
  /** The node that keeps the path, or every node that holds the bytes, cannot be reached. */
  POSIV_STORE_ERROR_UNREACHABLE = 2,
  /** The bytes found are not those that were stored. */
  POSIV_STORE_ERROR_CORRUPT = 3,
  /** The disk of the node is full. */
  POSIV_STORE_ERROR_FULL = 4,
  /** A limit would be passed; names the limit. */
  POSIV_STORE_ERROR_QUOTA_EXCEEDED = 5,
  /** Anything else. */
  POSIV_STORE_ERROR_OTHER = 6,
};
/** Why vStore did not do what was asked. */
typedef struct {
  uint8_t tag;
  union {
    posiv_string_t not_found;
    posiv_string_t refused;
    posiv_string_t unreachable;
    posiv_string_t corrupt;
    posiv_string_t full;
    posiv_string_t quota_exceeded;
    posiv_string_t other;
  } val;
} posiv_store_error_t;
_Static_assert(sizeof(posiv_store_error_t) == 12, "canonical ABI");
_Static_assert(offsetof(posiv_store_error_t, val) == 4, "canonical ABI");

/** What a path stands for. */
typedef struct {
  posiv_string_t path;
  /** In bytes. */
  uint64_t size;
  posiv_blob_id_t blob;
  /** Milliseconds since 1970 by the clock of the node that keeps the path. */
  uint64_t modified_ms;
} posiv_stat_t;
_Static_assert(sizeof(posiv_stat_t) == 32, "canonical ABI");
_Static_assert(offsetof(posiv_stat_t, path) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_stat_t, size) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_stat_t, blob) == 16, "canonical ABI");
_Static_assert(offsetof(posiv_stat_t, modified_ms) == 24, "canonical ABI");

/** A run of bytes, and the ids of the nodes that hold it. */
typedef struct {
  /** In bytes from the start of the blob. */
  uint64_t offset;
  uint64_t size;
  posiv_list_string_t nodes;
} posiv_extent_t;
_Static_assert(sizeof(posiv_extent_t) == 24, "canonical ABI");
_Static_assert(offsetof(posiv_extent_t, offset) == 0, "canonical ABI");
_Static_assert(offsetof(posiv_extent_t, size) == 8, "canonical ABI");
_Static_assert(offsetof(posiv_extent_t, nodes) == 16, "canonical ABI");

/* posiv:cluster/nodes@0.1.0 */

typedef struct {
  posiv_node_t *ptr;
  size_t len;
} posiv_list_node_t;
_Static_assert(sizeof(posiv_list_node_t) == 8, "canonical ABI");

POSIV_IMPORT("posiv:cluster/nodes@0.1.0", "list")
extern void posiv_import_nodes_list(void *ret);

typedef posiv_list_node_t posiv_nodes_list_result_t;
/** Every node that is known, by name. */
static inline void posiv_nodes_list(posiv_nodes_list_result_t *ret) {
  posiv_import_nodes_list(ret);
}

/* posiv:cluster/services@0.1.0 */

typedef struct {
  posiv_service_instance_t *ptr;
  size_t len;
} posiv_list_service_instance_t;
_Static_assert(sizeof(posiv_list_service_instance_t) == 8, "canonical ABI");

POSIV_IMPORT("posiv:cluster/services@0.1.0", "list")
extern void posiv_import_services_list(void *ret);

typedef posiv_list_service_instance_t posiv_services_list_result_t;
/**
 * Every instance of a node that is not lost, by name, interface and node: those that nodes carry out themselves, and the vTasks
 * of the caller's tenant.
 */
static inline void posiv_services_list(posiv_services_list_result_t *ret) {
  posiv_import_services_list(ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_error_code_t error;
  } val;
} posiv_result_void_error_code_t;
_Static_assert(offsetof(posiv_result_void_error_code_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_void_error_code_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:cluster/services@0.1.0", "publish")
extern void posiv_import_services_publish(int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, void *ret);

typedef posiv_result_void_error_code_t posiv_services_publish_result_t;
/**
 * Tells the cluster that the caller is a service, until it ends or takes that back. Under a name and interface of which it has told
 * already it replaces what it said. Others hear of it within a second or so.
 *
 * Errors: `refused` (what the description has is out of range), `quota-exceeded` (`services`: a vTask may publish 8, a tenant
 * 128 on a node, a node 512 in all).
 */
static inline void posiv_services_publish(const posiv_service_description_t *description, posiv_services_publish_result_t *ret) {
  int32_t description_0 = 0;
  int32_t description_1 = 0;
  int32_t description_2 = 0;
  int32_t description_3 = 0;
  int32_t description_4 = 0;
  int32_t description_5 = 0;
  int32_t description_6 = 0;
  description_0 = (int32_t)(uintptr_t)description->name.ptr;
  description_1 = (int32_t)description->name.len;
  description_2 = (int32_t)(uintptr_t)description->version.ptr;
  description_3 = (int32_t)description->version.len;
  description_4 = (int32_t)(uintptr_t)description->interface.ptr;
  description_5 = (int32_t)description->interface.len;
  description_6 = (int32_t)description->state;
  posiv_import_services_publish(description_0, description_1, description_2, description_3, description_4, description_5, description_6, ret);
}

POSIV_IMPORT("posiv:cluster/services@0.1.0", "withdraw")
extern void posiv_import_services_withdraw(int32_t, int32_t, int32_t, int32_t);

/** Takes back that it is one. It need not be one. */
static inline void posiv_services_withdraw(posiv_string_t name, posiv_string_t interface) {
  posiv_import_services_withdraw((int32_t)(uintptr_t)name.ptr, (int32_t)name.len, (int32_t)(uintptr_t)interface.ptr, (int32_t)interface.len);
}

/* posiv:kernel/clock@0.1.0 */

POSIV_IMPORT("posiv:kernel/clock@0.1.0", "monotonic-us")
extern int64_t posiv_import_clock_monotonic_us(void);

/** Microseconds from an arbitrary start, in steps of 20; never goes back. */
static inline uint64_t posiv_clock_monotonic_us(void) {
  return (uint64_t)posiv_import_clock_monotonic_us();
}

POSIV_IMPORT("posiv:kernel/clock@0.1.0", "wall-ms")
extern int64_t posiv_import_clock_wall_ms(void);

/** Milliseconds since 1970 by the clock of the vTask's node. */
static inline uint64_t posiv_clock_wall_ms(void) {
  return (uint64_t)posiv_import_clock_wall_ms();
}

/* posiv:kernel/ipc@0.1.0 */

POSIV_IMPORT("posiv:kernel/ipc@0.1.0", "register-rpc")
extern void posiv_import_ipc_register_rpc(int32_t, int32_t, void *ret);

typedef posiv_result_void_error_code_t posiv_ipc_register_rpc_result_t;
/**
 * Says that the caller answers requests of this identity: `vtask_register_rpc`. An identity has 1 to 128 bytes.
 * Requests that come before `run` has returned or `receive` was first called wait; after that, those of an identity
 * that is not registered are refused.
 *
 * Errors: `refused` (identity malformed, registered before, or more than 256 of them).
 */
static inline void posiv_ipc_register_rpc(posiv_string_t identity, posiv_ipc_register_rpc_result_t *ret) {
  posiv_import_ipc_register_rpc((int32_t)(uintptr_t)identity.ptr, (int32_t)identity.len, ret);
}

POSIV_IMPORT("posiv:kernel/ipc@0.1.0", "rpc")
extern void posiv_import_ipc_rpc(int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, void *ret);

typedef posiv_result_payload_error_code_t posiv_ipc_rpc_result_t;
/**
 * Asks another vTask and waits for its answer: `vtask_rpc(vtid, identity, timeout, args)`. While it waits, other
 * vTasks run; the caller itself handles nothing.
 *
 * Errors: every code of `error-code`.
 */
static inline void posiv_ipc_rpc(posiv_vtid_t vtid, posiv_string_t identity, uint32_t timeout_ms, posiv_payload_t args, posiv_ipc_rpc_result_t *ret) {
  posiv_import_ipc_rpc((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, (int32_t)(uintptr_t)identity.ptr, (int32_t)identity.len, (int32_t)timeout_ms, (int32_t)(uintptr_t)args.ptr, (int32_t)args.len, ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_request_id_t ok;
    posiv_error_code_t error;
  } val;
} posiv_result_request_id_error_code_t;
_Static_assert(offsetof(posiv_result_request_id_error_code_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_request_id_error_code_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:kernel/ipc@0.1.0", "start-rpc")
extern void posiv_import_ipc_start_rpc(int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, void *ret);

typedef posiv_result_request_id_error_code_t posiv_ipc_start_rpc_result_t;
/**
 * Asks another vTask without waiting for the outcome, which comes as a `completion`. As many may be out at
 * once as the quota `requests` says.
 *
 * Errors: `refused` (arguments out of range), `quota-exceeded` (too many out).
 */
static inline void posiv_ipc_start_rpc(posiv_vtid_t vtid, posiv_string_t identity, uint32_t timeout_ms, posiv_payload_t args, posiv_ipc_start_rpc_result_t *ret) {
  posiv_import_ipc_start_rpc((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, (int32_t)(uintptr_t)identity.ptr, (int32_t)identity.len, (int32_t)timeout_ms, (int32_t)(uintptr_t)args.ptr, (int32_t)args.len, ret);
}

POSIV_IMPORT("posiv:kernel/ipc@0.1.0", "register-msg")
extern void posiv_import_ipc_register_msg(int32_t, int32_t, void *ret);

typedef posiv_result_void_error_code_t posiv_ipc_register_msg_result_t;
/** Says that the caller takes messages of this identity: `vtask_register_msg`. As `register-rpc`. */
static inline void posiv_ipc_register_msg(posiv_string_t identity, posiv_ipc_register_msg_result_t *ret) {
  posiv_import_ipc_register_msg((int32_t)(uintptr_t)identity.ptr, (int32_t)identity.len, ret);
}

POSIV_IMPORT("posiv:kernel/ipc@0.1.0", "msg")
extern void posiv_import_ipc_msg(int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, void *ret);

typedef posiv_result_void_error_code_t posiv_ipc_msg_result_t;
/**
 * Sends a message and returns once it is in the target's mailbox: `vtask_msg(vtid, identity, msg, timeout)`. Or once room
 * is kept for it there: then it arrives in its turn, also over a connection between nodes that is lost meanwhile, unless the
 * target ends first, or one of the two nodes is lost.
 *
 * Errors: `no-such-task`, `timeout`, `unreachable`, `refused` (no such identity), `mailbox-full`, `task-died`,
 * `quota-exceeded` (larger than the target's whole mailbox).
 */
static inline void posiv_ipc_msg(posiv_vtid_t vtid, posiv_string_t identity, posiv_payload_t body, uint32_t timeout_ms, posiv_ipc_msg_result_t *ret) {
  posiv_import_ipc_msg((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, (int32_t)(uintptr_t)identity.ptr, (int32_t)identity.len, (int32_t)(uintptr_t)body.ptr, (int32_t)body.len, (int32_t)timeout_ms, ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_event_t ok;
    posiv_error_code_t error;
  } val;
} posiv_result_event_error_code_t;
_Static_assert(offsetof(posiv_result_event_error_code_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_event_error_code_t) == 36, "canonical ABI");

POSIV_IMPORT("posiv:kernel/ipc@0.1.0", "receive")
extern void posiv_import_ipc_receive(int32_t, void *ret);

typedef posiv_result_event_error_code_t posiv_ipc_receive_result_t;
/**
 * Waits for the next message, request, completion or notice. For programs that pull; a service has handlers instead.
 *
 * Errors: `timeout`.
 */
static inline void posiv_ipc_receive(uint32_t timeout_ms, posiv_ipc_receive_result_t *ret) {
  posiv_import_ipc_receive((int32_t)timeout_ms, ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_payload_t ok;
    posiv_string_t error;
  } val;
} posiv_result_payload_string_t;
_Static_assert(offsetof(posiv_result_payload_string_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_payload_string_t) == 12, "canonical ABI");

POSIV_IMPORT("posiv:kernel/ipc@0.1.0", "reply")
extern void posiv_import_ipc_reply(int32_t, int32_t, int32_t, int32_t, void *ret);

typedef posiv_result_void_error_code_t posiv_ipc_reply_result_t;
/**
 * Answers a request, now or later: with the result, or with the text of what went wrong, which its caller sees as
 * `handler-failed`.
 *
 * Errors: `refused` (no such token, or answered before).
 */
static inline void posiv_ipc_reply(posiv_token_t token, const posiv_result_payload_string_t *outcome, posiv_ipc_reply_result_t *ret) {
  int32_t outcome_0 = 0;
  int32_t outcome_1 = 0;
  int32_t outcome_2 = 0;
  outcome_0 = (int32_t)outcome->is_error;
  if (!outcome->is_error) {
    outcome_1 = (int32_t)(uintptr_t)outcome->val.ok.ptr;
    outcome_2 = (int32_t)outcome->val.ok.len;
  }
  if (outcome->is_error) {
    outcome_1 = (int32_t)(uintptr_t)outcome->val.error.ptr;
    outcome_2 = (int32_t)outcome->val.error.len;
  }
  posiv_import_ipc_reply((int32_t)token, outcome_0, outcome_1, outcome_2, ret);
}

/* posiv:kernel/log@0.1.0 */

POSIV_IMPORT("posiv:kernel/log@0.1.0", "write")
extern void posiv_import_log_write(int32_t, int32_t, int32_t);

/**
 * Adds bytes to a channel, at most 64 KiB a call, the rest is cut. The last 256 KiB of a vTask are kept; while a
 * reader follows, the writer is held back instead of losing what the reader has not seen.
 */
static inline void posiv_log_write(posiv_channel_t to, posiv_list_u8_t text) {
  posiv_import_log_write((int32_t)to, (int32_t)(uintptr_t)text.ptr, (int32_t)text.len);
}

typedef struct {
  bool is_error;
  union {
    posiv_page_t ok;
    posiv_error_code_t error;
  } val;
} posiv_result_page_error_code_t;
_Static_assert(offsetof(posiv_result_page_error_code_t, val) == 8, "canonical ABI");
_Static_assert(sizeof(posiv_result_page_error_code_t) == 32, "canonical ABI");

POSIV_IMPORT("posiv:kernel/log@0.1.0", "read")
extern void posiv_import_log_read(int32_t, int32_t, int64_t, int32_t, void *ret);

typedef posiv_result_page_error_code_t posiv_log_read_result_t;
/**
 * The entries of a vTask from a number on, at most 64 KiB of them, waiting up to `timeout-ms` for the first.
 *
 * Errors: `no-such-task`, `task-died` (it ended with its node, and its log with it), `unreachable`.
 */
static inline void posiv_log_read(posiv_vtid_t vtid, uint64_t number, uint32_t timeout_ms, posiv_log_read_result_t *ret) {
  posiv_import_log_read((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, (int64_t)number, (int32_t)timeout_ms, ret);
}

/* posiv:kernel/monitor@0.1.0 */

typedef struct {
  bool is_error;
  union {
    posiv_watch_id_t ok;
    posiv_error_code_t error;
  } val;
} posiv_result_watch_id_error_code_t;
_Static_assert(offsetof(posiv_result_watch_id_error_code_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_watch_id_error_code_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:kernel/monitor@0.1.0", "on-start")
extern void posiv_import_monitor_on_start(int32_t, int32_t, void *ret);

typedef posiv_result_watch_id_error_code_t posiv_monitor_on_start_result_t;
/**
 * Fires when the vTask runs.
 *
 * Errors: `no-such-task`, `unreachable`, `quota-exceeded` (more than the quota `watches` says).
 */
static inline void posiv_monitor_on_start(posiv_vtid_t vtid, posiv_monitor_on_start_result_t *ret) {
  posiv_import_monitor_on_start((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, ret);
}

POSIV_IMPORT("posiv:kernel/monitor@0.1.0", "on-exit")
extern void posiv_import_monitor_on_exit(int32_t, int32_t, void *ret);

typedef posiv_result_watch_id_error_code_t posiv_monitor_on_exit_result_t;
/**
 * Fires when the vTask ends by itself, with its status.
 *
 * Errors: as `on-start`.
 */
static inline void posiv_monitor_on_exit(posiv_vtid_t vtid, posiv_monitor_on_exit_result_t *ret) {
  posiv_import_monitor_on_exit((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, ret);
}

POSIV_IMPORT("posiv:kernel/monitor@0.1.0", "on-die")
extern void posiv_import_monitor_on_die(int32_t, int32_t, void *ret);

typedef posiv_result_watch_id_error_code_t posiv_monitor_on_die_result_t;
/**
 * Fires when the vTask dies, is killed, or is lost with its node, with the reason. Of a node that is lost nobody knows which of
 * its vTasks had ended before: a watch that is set then fires for each.
 *
 * Errors: as `on-start`.
 */
static inline void posiv_monitor_on_die(posiv_vtid_t vtid, posiv_monitor_on_die_result_t *ret) {
  posiv_import_monitor_on_die((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, ret);
}

POSIV_IMPORT("posiv:kernel/monitor@0.1.0", "unwatch")
extern void posiv_import_monitor_unwatch(int32_t, void *ret);

typedef posiv_result_void_error_code_t posiv_monitor_unwatch_result_t;
/**
 * Takes a watch back. A notice of it that waits already is still received.
 *
 * Errors: `refused` (no such watch).
 */
static inline void posiv_monitor_unwatch(posiv_watch_id_t watch, posiv_monitor_unwatch_result_t *ret) {
  posiv_import_monitor_unwatch((int32_t)watch, ret);
}

/* posiv:kernel/vtask@0.1.0 */

typedef struct {
  bool is_some;
  posiv_options_t val;
} posiv_option_options_t;
_Static_assert(offsetof(posiv_option_options_t, val) == 8, "canonical ABI");
_Static_assert(sizeof(posiv_option_options_t) == 112, "canonical ABI");

typedef struct {
  bool is_error;
  union {
    posiv_vtid_t ok;
    posiv_error_code_t error;
  } val;
} posiv_result_vtid_error_code_t;
_Static_assert(offsetof(posiv_result_vtid_error_code_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_vtid_error_code_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:kernel/vtask@0.1.0", "new")
extern void posiv_import_vtask_new(const void *params, void *ret);

typedef posiv_result_vtid_error_code_t posiv_vtask_new_result_t;
typedef struct {
  posiv_option_string_t name;
  posiv_string_t path;
  posiv_list_string_t cmd;
  posiv_option_options_t options;
} posiv_vtask_new_params_t;
_Static_assert(sizeof(posiv_vtask_new_params_t) == 144, "canonical ABI");
/**
 * Makes a vTask of the image at a path of vStore, without starting it: `vtask_new(Name, vStorePath, cmd)`.
 * A name makes it durable: it is recorded on disk before this returns, and is refused while a living vTask bears it.
 * A name has 1 to 128 bytes of `a-z A-Z 0-9 . _ -`. `cmd` is given to `run`; at most 64 KiB in all with the environment
 * and 32 bytes for each word, 32 KiB for a vTask with a name.
 *
 * Errors: `refused` (name taken or malformed, a restart without a name, no such image, imports that are not granted,
 * grants beyond the creator's, no node can take it), `unreachable` (the node that keeps the name, or the one that it must be on),
 * `quota-exceeded`.
 */
static inline void posiv_vtask_new(const posiv_string_t *name, posiv_string_t path, posiv_list_string_t cmd, const posiv_options_t *options, posiv_vtask_new_result_t *ret) {
  posiv_vtask_new_params_t params;
  params.name.is_some = name != NULL;
  if (name != NULL) params.name.val = *name;
  params.path = path;
  params.cmd = cmd;
  params.options.is_some = options != NULL;
  if (options != NULL) params.options.val = *options;
  posiv_import_vtask_new(&params, ret);
}

POSIV_IMPORT("posiv:kernel/vtask@0.1.0", "sched")
extern void posiv_import_vtask_sched(int32_t, int32_t, void *ret);

typedef posiv_result_void_error_code_t posiv_vtask_sched_result_t;
/**
 * Starts a vTask that `new` made: `vtask_sched`. Returns once its node has accepted it; `on-start` tells when it runs.
 *
 * Errors: `no-such-task`, `refused` (scheduled before), `task-died`, `unreachable`.
 */
static inline void posiv_vtask_sched(posiv_vtid_t vtid, posiv_vtask_sched_result_t *ret) {
  posiv_import_vtask_sched((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, ret);
}

POSIV_IMPORT("posiv:kernel/vtask@0.1.0", "kill")
extern void posiv_import_vtask_kill(int32_t, int32_t, void *ret);

typedef posiv_result_void_error_code_t posiv_vtask_kill_result_t;
/**
 * Ends a vTask wherever it is, and its children with it: `vtask_kill`. Once this has returned, no call of the victim
 * has any effect, and it is not made again. Killing one that has ended already succeeds.
 *
 * Errors: `no-such-task`, `task-died` (it ended with its node; what must run is made again), `unreachable` (its node; or it
 * has ended, and those that keep its name cannot be told so: then kill it once more, else it is made again if its node is lost).
 */
static inline void posiv_vtask_kill(posiv_vtid_t vtid, posiv_vtask_kill_result_t *ret) {
  posiv_import_vtask_kill((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, ret);
}

POSIV_IMPORT("posiv:kernel/vtask@0.1.0", "adjust")
extern void posiv_import_vtask_adjust(int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int32_t, int64_t, void *ret);

typedef posiv_result_void_error_code_t posiv_vtask_adjust_result_t;
/**
 * Changes what a vTask may use, at once. A limit of 0 stays as it is. For its creator and for programs outside of its
 * tenant's; nobody adjusts itself. Memory beyond a smaller limit is kept, and grows no further.
 *
 * Errors: `no-such-task`, `refused` (not the caller's to say), `quota-exceeded` (a limit is
 * above its maximum or the tenant's own; names it), `task-died`, `unreachable`.
 */
static inline void posiv_vtask_adjust(posiv_vtid_t vtid, const posiv_quota_t *quota, posiv_vtask_adjust_result_t *ret) {
  int32_t quota_0 = 0;
  int32_t quota_1 = 0;
  int32_t quota_2 = 0;
  int32_t quota_3 = 0;
  int32_t quota_4 = 0;
  int32_t quota_5 = 0;
  int32_t quota_6 = 0;
  int32_t quota_7 = 0;
  int32_t quota_8 = 0;
  int32_t quota_9 = 0;
  int64_t quota_10 = 0;
  quota_0 = (int32_t)quota->memory_pages;
  quota_1 = (int32_t)quota->table_elements;
  quota_2 = (int32_t)quota->cpu_weight;
  quota_3 = (int32_t)quota->cpu_rate;
  quota_4 = (int32_t)quota->mailbox_bytes;
  quota_5 = (int32_t)quota->message_rate;
  quota_6 = (int32_t)quota->log_rate;
  quota_7 = (int32_t)quota->watches;
  quota_8 = (int32_t)quota->requests;
  quota_9 = (int32_t)quota->life_ms;
  quota_10 = (int64_t)quota->scratch_bytes;
  posiv_import_vtask_adjust((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, quota_0, quota_1, quota_2, quota_3, quota_4, quota_5, quota_6, quota_7, quota_8, quota_9, quota_10, ret);
}

POSIV_IMPORT("posiv:kernel/vtask@0.1.0", "self")
extern void posiv_import_vtask_self(void *ret);

typedef posiv_vtid_t posiv_vtask_self_result_t;
/** The caller's own vtid. */
static inline void posiv_vtask_self(posiv_vtask_self_result_t *ret) {
  posiv_import_vtask_self(ret);
}

POSIV_IMPORT("posiv:kernel/vtask@0.1.0", "exit")
extern void posiv_import_vtask_exit(int32_t);

/** Ends the caller with this status as soon as it returns from the function that it is in. */
static inline void posiv_vtask_exit(uint32_t status) {
  posiv_import_vtask_exit((int32_t)status);
}

typedef struct {
  bool is_error;
  union {
    posiv_info_t ok;
    posiv_error_code_t error;
  } val;
} posiv_result_info_error_code_t;
_Static_assert(offsetof(posiv_result_info_error_code_t, val) == 8, "canonical ABI");
_Static_assert(sizeof(posiv_result_info_error_code_t) == 192, "canonical ABI");

POSIV_IMPORT("posiv:kernel/vtask@0.1.0", "info")
extern void posiv_import_vtask_info(int32_t, int32_t, void *ret);

typedef posiv_result_info_error_code_t posiv_vtask_info_result_t;
/**
 * What is known of a vTask, for some time after its end too.
 *
 * Errors: `no-such-task`, `task-died` (it ended with its node, and so did what was known of it), `unreachable`, `refused` (it
 * is being made under a name, and not there yet).
 */
static inline void posiv_vtask_info(posiv_vtid_t vtid, posiv_vtask_info_result_t *ret) {
  posiv_import_vtask_info((int32_t)(uintptr_t)vtid.ptr, (int32_t)vtid.len, ret);
}

POSIV_IMPORT("posiv:kernel/vtask@0.1.0", "find")
extern void posiv_import_vtask_find(int32_t, int32_t, void *ret);

typedef posiv_result_vtid_error_code_t posiv_vtask_find_result_t;
/**
 * The vtid of the living vTask that bears a name.
 *
 * Errors: `no-such-task`, `unreachable` (those that keep the name, the vTask's node, or the vTask is being made again).
 */
static inline void posiv_vtask_find(posiv_string_t name, posiv_vtask_find_result_t *ret) {
  posiv_import_vtask_find((int32_t)(uintptr_t)name.ptr, (int32_t)name.len, ret);
}

typedef struct {
  posiv_info_t *ptr;
  size_t len;
} posiv_list_info_t;
_Static_assert(sizeof(posiv_list_info_t) == 8, "canonical ABI");

typedef struct {
  bool is_error;
  union {
    posiv_list_info_t ok;
    posiv_error_code_t error;
  } val;
} posiv_result_list_info_error_code_t;
_Static_assert(offsetof(posiv_result_list_info_error_code_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_list_info_error_code_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:kernel/vtask@0.1.0", "list")
extern void posiv_import_vtask_list(int32_t, int32_t, int32_t, void *ret);

typedef posiv_result_list_info_error_code_t posiv_vtask_list_result_t;
/**
 * The vTasks of the caller's tenant on one node, the youngest first, at most 1,000; those that ended a short while ago
 * too. None stands for the caller's node.
 *
 * Errors: `refused` (no such node), `unreachable`.
 */
static inline void posiv_vtask_list(const posiv_string_t *node, posiv_vtask_list_result_t *ret) {
  int32_t node_0 = 0;
  int32_t node_1 = 0;
  int32_t node_2 = 0;
  node_0 = node != NULL;
  if (node != NULL) {
    node_1 = (int32_t)(uintptr_t)node->ptr;
    node_2 = (int32_t)node->len;
  }
  posiv_import_vtask_list(node_0, node_1, node_2, ret);
}

/* posiv:machine/hypervisor@0.1.0 */

typedef struct {
  bool is_error;
  union {
    posiv_made_t ok;
    posiv_machine_error_t error;
  } val;
} posiv_result_made_machine_error_t;
_Static_assert(offsetof(posiv_result_made_machine_error_t, val) == 8, "canonical ABI");
_Static_assert(sizeof(posiv_result_made_machine_error_t) == 56, "canonical ABI");

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "create")
extern void posiv_import_hypervisor_create(const void *params, void *ret);

typedef posiv_result_made_machine_error_t posiv_hypervisor_create_result_t;
typedef struct {
  posiv_spec_t spec;
} posiv_hypervisor_create_params_t;
_Static_assert(sizeof(posiv_hypervisor_create_params_t) == 160, "canonical ABI");
/**
 * Makes the machine. Returns when it runs, one that boots when it has said that it is ready, or where it is to be paused,
 * when it could run.
 *
 * Errors: `refused` (out of range, or there is one already), `no-backend`, `unsupported`, `full`, `quota-exceeded`, `not-ready`,
 * `failed`, `store`.
 */
static inline void posiv_hypervisor_create(const posiv_spec_t *spec, posiv_hypervisor_create_result_t *ret) {
  posiv_hypervisor_create_params_t params;
  params.spec = *spec;
  posiv_import_hypervisor_create(&params, ret);
}

typedef struct {
  posiv_capability_t *ptr;
  size_t len;
} posiv_list_capability_t;
_Static_assert(sizeof(posiv_list_capability_t) == 8, "canonical ABI");

typedef struct {
  bool is_error;
  union {
    posiv_list_capability_t ok;
    posiv_machine_error_t error;
  } val;
} posiv_result_list_capability_machine_error_t;
_Static_assert(offsetof(posiv_result_list_capability_machine_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_list_capability_machine_error_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "capabilities")
extern void posiv_import_hypervisor_capabilities(void *ret);

typedef posiv_result_list_capability_machine_error_t posiv_hypervisor_capabilities_result_t;
/**
 * What its backend can do with it.
 *
 * Errors: `no-machine`.
 */
static inline void posiv_hypervisor_capabilities(posiv_hypervisor_capabilities_result_t *ret) {
  posiv_import_hypervisor_capabilities(ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_machine_error_t error;
  } val;
} posiv_result_void_machine_error_t;
_Static_assert(offsetof(posiv_result_void_machine_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_void_machine_error_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "pause")
extern void posiv_import_hypervisor_pause(void *ret);

typedef posiv_result_void_machine_error_t posiv_hypervisor_pause_result_t;
/**
 * Stops its processors; everything stays as it is.
 *
 * Errors: `no-machine`, `unsupported`, `refused` (paused already), `failed`.
 */
static inline void posiv_hypervisor_pause(posiv_hypervisor_pause_result_t *ret) {
  posiv_import_hypervisor_pause(ret);
}

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "resume")
extern void posiv_import_hypervisor_resume(void *ret);

typedef posiv_result_void_machine_error_t posiv_hypervisor_resume_result_t;
/**
 * Lets its processors go on.
 *
 * Errors: `no-machine`, `unsupported`, `refused` (running already), `failed`.
 */
static inline void posiv_hypervisor_resume(posiv_hypervisor_resume_result_t *ret) {
  posiv_import_hypervisor_resume(ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_snapshot_t ok;
    posiv_machine_error_t error;
  } val;
} posiv_result_snapshot_machine_error_t;
_Static_assert(offsetof(posiv_result_snapshot_machine_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_snapshot_machine_error_t) == 36, "canonical ABI");

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "suspend")
extern void posiv_import_hypervisor_suspend(void *ret);

typedef posiv_result_snapshot_machine_error_t posiv_hypervisor_suspend_result_t;
/**
 * Takes the machine down and keeps its memory and its disk, as durable blobs: there is none after this. Who wants to
 * keep them binds paths to them.
 *
 * Errors: `no-machine`, `unsupported`, `failed`, `store`: in all of these cases the machine is as it was.
 */
static inline void posiv_hypervisor_suspend(posiv_hypervisor_suspend_result_t *ret) {
  posiv_import_hypervisor_suspend(ret);
}

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "stop")
extern void posiv_import_hypervisor_stop(void *ret);

typedef posiv_result_snapshot_machine_error_t posiv_hypervisor_stop_result_t;
/**
 * Switches the machine off and keeps its disk, as `suspend`. For the machine it is as if its power was cut: what it had
 * not written to its disk yet is not there.
 *
 * Errors: as `suspend`.
 */
static inline void posiv_hypervisor_stop(posiv_hypervisor_stop_result_t *ret) {
  posiv_import_hypervisor_stop(ret);
}

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "take-snapshot")
extern void posiv_import_hypervisor_take_snapshot(void *ret);

typedef posiv_result_snapshot_machine_error_t posiv_hypervisor_take_snapshot_result_t;
/**
 * Keeps its memory and its disk as they are at one moment, as `suspend`, and lets it go on: it stands still while its last
 * pages are written and its disk is copied beside.
 *
 * Errors: `no-machine`, `unsupported`, `refused` (something else is being done to it), `failed`, `store`: it is as it was.
 */
static inline void posiv_hypervisor_take_snapshot(posiv_hypervisor_take_snapshot_result_t *ret) {
  posiv_import_hypervisor_take_snapshot(ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_offer_t ok;
    posiv_machine_error_t error;
  } val;
} posiv_result_offer_machine_error_t;
_Static_assert(offsetof(posiv_result_offer_machine_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_offer_machine_error_t) == 20, "canonical ABI");

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "migrate-out")
extern void posiv_import_hypervisor_migrate_out(void *ret);

typedef posiv_result_offer_machine_error_t posiv_hypervisor_migrate_out_result_t;
/**
 * Offers the machine to another node. It runs on until an agent of the same tenant there takes it by `migrate-in`; then the
 * caller ends, with status 0.
 *
 * Errors: `no-machine`, `unsupported`, `refused` (something else is being done to it).
 */
static inline void posiv_hypervisor_migrate_out(posiv_hypervisor_migrate_out_result_t *ret) {
  posiv_import_hypervisor_migrate_out(ret);
}

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "migrate-in")
extern void posiv_import_hypervisor_migrate_in(const void *params, void *ret);

typedef posiv_result_made_machine_error_t posiv_hypervisor_migrate_in_result_t;
typedef struct {
  posiv_spec_t spec;
  posiv_offer_t offer;
} posiv_hypervisor_migrate_in_params_t;
_Static_assert(sizeof(posiv_hypervisor_migrate_in_params_t) == 176, "canonical ABI");
/**
 * Makes the machine of another agent the caller's own, with its memory and disk, while it runs: it stands still for some
 * milliseconds. Where it fails the machine is as it was, or stands still until its agent takes it back.
 *
 * Errors: as `create`, and `incompatible`.
 */
static inline void posiv_hypervisor_migrate_in(const posiv_spec_t *spec, const posiv_offer_t *offer, posiv_hypervisor_migrate_in_result_t *ret) {
  posiv_hypervisor_migrate_in_params_t params;
  params.spec = *spec;
  params.offer = *offer;
  posiv_import_hypervisor_migrate_in(&params, ret);
}

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "take-back")
extern void posiv_import_hypervisor_take_back(void *ret);

typedef posiv_result_void_machine_error_t posiv_hypervisor_take_back_result_t;
/**
 * Lets a machine go on here that was given to an agent who has ended without it. To be called only once that agent has
 * ended for certain: else there would be two.
 *
 * Errors: `no-machine`, `refused` (it was not given away), `failed`.
 */
static inline void posiv_hypervisor_take_back(posiv_hypervisor_take_back_result_t *ret) {
  posiv_import_hypervisor_take_back(ret);
}

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "write-console")
extern void posiv_import_hypervisor_write_console(int32_t, int32_t, void *ret);

typedef posiv_result_void_machine_error_t posiv_hypervisor_write_console_result_t;
/**
 * Types on its console, at most 64 KiB. Waits for room.
 *
 * Errors: `no-machine`, `refused`.
 */
static inline void posiv_hypervisor_write_console(posiv_list_u8_t bytes, posiv_hypervisor_write_console_result_t *ret) {
  posiv_import_hypervisor_write_console((int32_t)(uintptr_t)bytes.ptr, (int32_t)bytes.len, ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_stats_t ok;
    posiv_machine_error_t error;
  } val;
} posiv_result_stats_machine_error_t;
_Static_assert(offsetof(posiv_result_stats_machine_error_t, val) == 8, "canonical ABI");
_Static_assert(sizeof(posiv_result_stats_machine_error_t) == 128, "canonical ABI");

POSIV_IMPORT("posiv:machine/hypervisor@0.1.0", "stats")
extern void posiv_import_hypervisor_stats(void *ret);

typedef posiv_result_stats_machine_error_t posiv_hypervisor_stats_result_t;
/**
 * What is known of it.
 *
 * Errors: `no-machine`.
 */
static inline void posiv_hypervisor_stats(posiv_hypervisor_stats_result_t *ret) {
  posiv_import_hypervisor_stats(ret);
}

/* posiv:vstore/blobs@0.1.0 */

typedef struct {
  bool is_error;
  union {
    posiv_writer_t ok;
    posiv_store_error_t error;
  } val;
} posiv_result_writer_store_error_t;
_Static_assert(offsetof(posiv_result_writer_store_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_writer_store_error_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:vstore/blobs@0.1.0", "create")
extern void posiv_import_blobs_create(int32_t, void *ret);

typedef posiv_result_writer_store_error_t posiv_blobs_create_result_t;
/**
 * Begins a blob. At most 64 may be open at once; those of a vTask that ends are dropped.
 *
 * Errors: `quota-exceeded` (too many are open; a durable blob, `store-bytes`).
 */
static inline void posiv_blobs_create(posiv_durability_t kind, posiv_blobs_create_result_t *ret) {
  posiv_import_blobs_create((int32_t)kind, ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_store_error_t error;
  } val;
} posiv_result_void_store_error_t;
_Static_assert(offsetof(posiv_result_void_store_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_void_store_error_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:vstore/blobs@0.1.0", "append")
extern void posiv_import_blobs_append(int32_t, int32_t, int32_t, void *ret);

typedef posiv_result_void_store_error_t posiv_blobs_append_result_t;
/**
 * Adds bytes, at most 4 MiB a call. Up to 16 may be on their way at once; they are added in the order of the calls.
 *
 * Errors: `refused` (no such writer), `full`, `unreachable`, `quota-exceeded` (a scratch blob, `scratch-bytes`; a durable
 * one, `store-bytes`).
 */
static inline void posiv_blobs_append(posiv_writer_t writer, posiv_list_u8_t bytes, posiv_blobs_append_result_t *ret) {
  posiv_import_blobs_append((int32_t)writer, (int32_t)(uintptr_t)bytes.ptr, (int32_t)bytes.len, ret);
}

typedef struct {
  bool is_error;
  union {
    posiv_blob_id_t ok;
    posiv_store_error_t error;
  } val;
} posiv_result_blob_id_store_error_t;
_Static_assert(offsetof(posiv_result_blob_id_store_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_blob_id_store_error_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:vstore/blobs@0.1.0", "seal")
extern void posiv_import_blobs_seal(int32_t, void *ret);

typedef posiv_result_blob_id_store_error_t posiv_blobs_seal_result_t;
/**
 * Ends the blob.
 *
 * Errors: `refused` (no such writer), `full`, `unreachable`.
 */
static inline void posiv_blobs_seal(posiv_writer_t writer, posiv_blobs_seal_result_t *ret) {
  posiv_import_blobs_seal((int32_t)writer, ret);
}

POSIV_IMPORT("posiv:vstore/blobs@0.1.0", "abort")
extern void posiv_import_blobs_abort(int32_t);

/** Drops a blob that was begun. */
static inline void posiv_blobs_abort(posiv_writer_t writer) {
  posiv_import_blobs_abort((int32_t)writer);
}

typedef struct {
  bool is_error;
  union {
    posiv_list_u8_t ok;
    posiv_store_error_t error;
  } val;
} posiv_result_list_u8_store_error_t;
_Static_assert(offsetof(posiv_result_list_u8_store_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_list_u8_store_error_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:vstore/blobs@0.1.0", "read")
extern void posiv_import_blobs_read(int32_t, int32_t, int64_t, int32_t, void *ret);

typedef posiv_result_list_u8_store_error_t posiv_blobs_read_result_t;
/**
 * Bytes of a blob, at most 4 MiB a call; fewer only at its end.
 *
 * Errors: `not-found`, `refused`, `unreachable`, `corrupt`.
 */
static inline void posiv_blobs_read(posiv_blob_id_t blob, uint64_t offset, uint32_t size, posiv_blobs_read_result_t *ret) {
  posiv_import_blobs_read((int32_t)(uintptr_t)blob.ptr, (int32_t)blob.len, (int64_t)offset, (int32_t)size, ret);
}

typedef struct {
  bool is_error;
  union {
    uint64_t ok;
    posiv_store_error_t error;
  } val;
} posiv_result_u64_store_error_t;
_Static_assert(offsetof(posiv_result_u64_store_error_t, val) == 8, "canonical ABI");
_Static_assert(sizeof(posiv_result_u64_store_error_t) == 24, "canonical ABI");

POSIV_IMPORT("posiv:vstore/blobs@0.1.0", "size")
extern void posiv_import_blobs_size(int32_t, int32_t, void *ret);

typedef posiv_result_u64_store_error_t posiv_blobs_size_result_t;
/**
 * How long a blob is, in bytes.
 *
 * Errors: `not-found`, `unreachable`.
 */
static inline void posiv_blobs_size(posiv_blob_id_t blob, posiv_blobs_size_result_t *ret) {
  posiv_import_blobs_size((int32_t)(uintptr_t)blob.ptr, (int32_t)blob.len, ret);
}

typedef struct {
  posiv_extent_t *ptr;
  size_t len;
} posiv_list_extent_t;
_Static_assert(sizeof(posiv_list_extent_t) == 8, "canonical ABI");

typedef struct {
  bool is_error;
  union {
    posiv_list_extent_t ok;
    posiv_store_error_t error;
  } val;
} posiv_result_list_extent_store_error_t;
_Static_assert(offsetof(posiv_result_list_extent_store_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_list_extent_store_error_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:vstore/blobs@0.1.0", "locate")
extern void posiv_import_blobs_locate(int32_t, int32_t, int64_t, int64_t, void *ret);

typedef posiv_result_list_extent_store_error_t posiv_blobs_locate_result_t;
/**
 * Where the bytes of a blob are.
 *
 * Errors: `not-found`, `unreachable`.
 */
static inline void posiv_blobs_locate(posiv_blob_id_t blob, uint64_t offset, uint64_t size, posiv_blobs_locate_result_t *ret) {
  posiv_import_blobs_locate((int32_t)(uintptr_t)blob.ptr, (int32_t)blob.len, (int64_t)offset, (int64_t)size, ret);
}

POSIV_IMPORT("posiv:vstore/blobs@0.1.0", "release")
extern void posiv_import_blobs_release(int32_t, int32_t, void *ret);

typedef posiv_result_void_store_error_t posiv_blobs_release_result_t;
/**
 * Drops a scratch blob before its time.
 *
 * Errors: `refused` (not a scratch blob, or not the caller's or its creator's).
 */
static inline void posiv_blobs_release(posiv_blob_id_t blob, posiv_blobs_release_result_t *ret) {
  posiv_import_blobs_release((int32_t)(uintptr_t)blob.ptr, (int32_t)blob.len, ret);
}

/* posiv:vstore/files@0.1.0 */

typedef struct {
  bool is_error;
  union {
    posiv_stat_t ok;
    posiv_store_error_t error;
  } val;
} posiv_result_stat_store_error_t;
_Static_assert(offsetof(posiv_result_stat_store_error_t, val) == 8, "canonical ABI");
_Static_assert(sizeof(posiv_result_stat_store_error_t) == 40, "canonical ABI");

POSIV_IMPORT("posiv:vstore/files@0.1.0", "bind")
extern void posiv_import_files_bind(int32_t, int32_t, int32_t, int32_t, void *ret);

typedef posiv_result_stat_store_error_t posiv_files_bind_result_t;
/**
 * Makes a path stand for a blob, durably, in place of whatever it stood for.
 *
 * Errors: `not-found` (the blob), `refused`, `unreachable` (the node that keeps the path), `full`.
 */
static inline void posiv_files_bind(posiv_string_t path, posiv_blob_id_t blob, posiv_files_bind_result_t *ret) {
  posiv_import_files_bind((int32_t)(uintptr_t)path.ptr, (int32_t)path.len, (int32_t)(uintptr_t)blob.ptr, (int32_t)blob.len, ret);
}

POSIV_IMPORT("posiv:vstore/files@0.1.0", "stat")
extern void posiv_import_files_stat(int32_t, int32_t, void *ret);

typedef posiv_result_stat_store_error_t posiv_files_stat_result_t;
/**
 * What a path stands for.
 *
 * Errors: `not-found`, `unreachable`.
 */
static inline void posiv_files_stat(posiv_string_t path, posiv_files_stat_result_t *ret) {
  posiv_import_files_stat((int32_t)(uintptr_t)path.ptr, (int32_t)path.len, ret);
}

typedef struct {
  posiv_stat_t *ptr;
  size_t len;
} posiv_list_stat_t;
_Static_assert(sizeof(posiv_list_stat_t) == 8, "canonical ABI");

typedef struct {
  bool is_error;
  union {
    posiv_list_stat_t ok;
    posiv_store_error_t error;
  } val;
} posiv_result_list_stat_store_error_t;
_Static_assert(offsetof(posiv_result_list_stat_store_error_t, val) == 4, "canonical ABI");
_Static_assert(sizeof(posiv_result_list_stat_store_error_t) == 16, "canonical ABI");

POSIV_IMPORT("posiv:vstore/files@0.1.0", "list")
extern void posiv_import_files_list(int32_t, int32_t, int32_t, int32_t, int32_t, void *ret);

typedef posiv_result_list_stat_store_error_t posiv_files_list_result_t;
/**
 * The paths that begin with a prefix, by their bytes, at most 1,000, those after `after`.
 *
 * Errors: `unreachable` (a node that keeps paths).
 */
static inline void posiv_files_list(posiv_string_t prefix, const posiv_string_t *after, posiv_files_list_result_t *ret) {
  int32_t after_0 = 0;
  int32_t after_1 = 0;
  int32_t after_2 = 0;
  after_0 = after != NULL;
  if (after != NULL) {
    after_1 = (int32_t)(uintptr_t)after->ptr;
    after_2 = (int32_t)after->len;
  }
  posiv_import_files_list((int32_t)(uintptr_t)prefix.ptr, (int32_t)prefix.len, after_0, after_1, after_2, ret);
}

POSIV_IMPORT("posiv:vstore/files@0.1.0", "delete")
extern void posiv_import_files_delete(int32_t, int32_t, void *ret);

typedef posiv_result_void_store_error_t posiv_files_delete_result_t;
/**
 * Takes a path away. Its bytes go when no path stands for them.
 *
 * Errors: `not-found`, `unreachable`.
 */
static inline void posiv_files_delete(posiv_string_t path, posiv_files_delete_result_t *ret) {
  posiv_import_files_delete((int32_t)(uintptr_t)path.ptr, (int32_t)path.len, ret);
}

#ifdef __cplusplus
}
#undef _Static_assert
#endif

#endif
