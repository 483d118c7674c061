import { constants } from 'node:os';
import { EXIT, statusOfCode } from './exit-status.ts';

/** Recognise by `code`. What `vstar` prints of it is its message, and it ends with `exitStatus`. */
abstract class CliError extends Error {
  abstract readonly code: string;
  readonly exitStatus: number;

  constructor(message: string, exitStatus: number, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
    this.exitStatus = exitStatus;
  }
}

/** An argument has the wrong form, or does not go together with another. */
export class UsageError extends CliError {
  readonly code = 'usage';
  constructor(message: string) {
    super(message, EXIT.usage);
  }
}

// Local files

export class FileMissingError extends CliError {
  readonly code = 'file-missing';
  constructor(path: string, cause?: unknown) {
    super(`there is no file ${path}; check the path`, EXIT.notFound, cause);
  }
}

export class FileUnreadableError extends CliError {
  readonly code = 'file-unreadable';
  constructor(path: string, why: string, cause?: unknown) {
    super(`${path} cannot be read: ${why}`, EXIT.badInput, cause);
  }
}

export class IsDirectoryError extends CliError {
  readonly code = 'is-directory';
  constructor(path: string) {
    super(`${path} is a directory; give the path of a file`, EXIT.badInput);
  }
}

export class FileUnwritableError extends CliError {
  readonly code = 'file-unwritable';
  constructor(path: string, why: string, cause?: unknown) {
    super(`${path} cannot be written: ${why}`, EXIT.badInput, cause);
  }
}

export class DiskFullError extends CliError {
  readonly code = 'disk-full';
  constructor(path: string, cause?: unknown) {
    super(
      `no space left for ${path}: nothing was written there; free some, or choose another place`,
      EXIT.noRoom,
      cause,
    );
  }
}

// Running a node

export class DataFolderUnusableError extends CliError {
  readonly code = 'data-folder-unusable';
  constructor(folder: string, why: string, cause?: unknown) {
    super(
      `${folder} cannot be a data folder: ${why}; name another one by --data`,
      EXIT.badInput,
      cause,
    );
  }
}

// Reaching a node

export class NoNodeError extends CliError {
  readonly code = 'no-node';
  constructor(why: string, cause?: unknown) {
    const how =
      "start one with 'vstar node', a cluster with 'vstar devstack', or name one by --data or VSTAR_CONTROL";
    super(`no node is running: ${why}; ${how}`, EXIT.noNode, cause);
  }
}

export class ControlUnreachableError extends CliError {
  readonly code = 'control-unreachable';
  constructor(control: string, cause?: unknown) {
    super(
      `no node answers at ${control}, which VSTAR_CONTROL names; start it, or unset VSTAR_CONTROL`,
      EXIT.noNode,
      cause,
    );
  }
}

export class WrongTokenError extends CliError {
  readonly code = 'wrong-token';
  /** @param tenant that VSTAR_TENANT names, if it is set */
  constructor(message: string, tenant: string | undefined, cause?: unknown) {
    const token =
      "set VSTAR_TOKEN to a tenant's token, or what control.token in the node's data folder says";
    const other = `set VSTAR_TENANT, which is ${tenant}, to a tenant that 'vstar tenants' lists, or unset it`;
    super(
      `${message}; ${tenant === undefined ? token : `${other}; with a token, ${token}`}`,
      EXIT.noNode,
      cause,
    );
  }
}

// What a node answers

/** A call was answered with an error of POSIV, whose code it bears. */
export class CallError extends CliError {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message, statusOfCode(code));
    this.code = code;
  }
}

/** A path is there, and what it stands for is not. */
export class LostBytesError extends CliError {
  readonly code = 'not-found';
  constructor(path: string, cause: unknown) {
    super(
      `get ${path}: no node has the bytes that it stands for any more: they were lost with the nodes that had them. vstar rm ${path} takes the path away, too`,
      EXIT.notFound,
      cause,
    );
  }
}

export class NoSuchImageError extends CliError {
  readonly code = 'no-such-image';
  constructor(image: string, shipped: readonly string[]) {
    super(
      `${image} is no image: give a file, vstore:/PATH, or one of those that come with vstar: ${shipped.join(', ')}`,
      EXIT.notFound,
    );
  }
}

/** A vTask that was waited for ended against its will. */
export class VTaskDiedError extends CliError {
  readonly code = 'task-died';
  constructor(what: string, reason: string, wasKilled: boolean) {
    super(`${what} ${reason}`, wasKilled ? EXIT.killed : EXIT.died);
  }
}

/** A MapReduce job ended without a result. */
export class JobFailedError extends CliError {
  readonly code = 'job-failed';
  constructor(why: string) {
    super(`the word count failed: ${why}`, EXIT.failed);
  }
}

/** A manager was swapped at some nodes, and not at others. */
export class ManagersFailedError extends CliError {
  readonly code = 'managers-failed';
  constructor(manager: string, nodes: readonly string[], first: string, code = '') {
    super(
      `${manager} is as it was at ${nodes.join(', ')}, and swapped at the others; the first one: ${first}; say it again with --node`,
      statusOfCode(code),
    );
  }
}

// Machines

/** The packages that a template is made of could not be fetched or unpacked. */
export class RecipeFailedError extends CliError {
  readonly code = 'recipe-failed';
  constructor(why: string, cause?: unknown) {
    super(`the template was not built: ${why}`, EXIT.failed, cause);
  }
}

/** What is kept as a machine's template is none. */
export class TemplateDamagedError extends CliError {
  readonly code = 'template-damaged';
  constructor(path: string, why: string, cause?: unknown) {
    super(
      `${path} is no template: ${why}; take it away by vstar rm ${path}, and build or import it again`,
      EXIT.badInput,
      cause,
    );
  }
}

/** No node can run machines. */
export class NoBackendError extends CliError {
  readonly code = 'no-backend';
  constructor(missing: string) {
    super(`no node can run machines: ${missing}`, EXIT.failed);
  }
}

/** The master of machines says no. */
export class MachineRefusedError extends CliError {
  readonly code = 'machine-refused';
  constructor(why: string) {
    super(why, EXIT.badInput);
  }
}

export class NoSuchMachineError extends CliError {
  readonly code = 'no-such-machine';
  constructor(name: string) {
    super(`there is no machine ${name}; see vstar machine ls`, EXIT.notFound);
  }
}

/** A machine has no agent now, so there is nobody to ask. */
export class MachineNotThereError extends CliError {
  readonly code = 'machine-not-there';
  constructor(name: string, state: string) {
    super(`${name} is ${state}; start it by vstar machine start ${name}`, EXIT.badInput);
  }
}

/** Some of the machines that were asked for are not there. */
export class MachinesFailedError extends CliError {
  readonly code = 'machines-failed';
  constructor(failed: number, of: number, first: string) {
    super(`${failed} of ${of} machines failed, the first one: ${first}`, EXIT.failed);
  }
}

// Clusters of one's own

export class NodeNotStartedError extends CliError {
  readonly code = 'node-not-started';
  constructor(name: string, why: string) {
    super(`${name} did not start: ${why}`, EXIT.notStarted);
  }
}

export class CommandNotStartedError extends CliError {
  readonly code = 'command-not-started';
  constructor(command: string, cause: NodeJS.ErrnoException) {
    const missing = cause.code === 'ENOENT';
    super(
      missing
        ? `there is no command ${command}`
        : `${command} cannot be executed: ${cause.message}`,
      missing ? EXIT.commandNotFound : EXIT.died,
      cause,
    );
  }
}

// The main job

export class ResultDiffersError extends CliError {
  readonly code = 'result-differs';
  constructor(difference: string) {
    super(
      `the cluster's result is not that of the independent count: ${difference}; please report this`,
      EXIT.resultDiffers,
    );
  }
}

/** The user, or the system, asked to stop. */
export class InterruptedError extends CliError {
  readonly code = 'interrupted';
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`, 128 + constants.signals[signal]);
    this.signal = signal;
  }
}

/** The stable code of anything that was thrown, where it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
