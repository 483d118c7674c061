/** What was asked for needs a node that cannot be reached. */
export class UnreachableError extends Error {
  readonly code = 'unreachable';
}

/** The data folder was written by a version or program that this one does not understand. */
export class DataFolderError extends Error {
  readonly code = 'data-folder';
}

/** The control API refused a connection or lost it. */
export class ControlError extends Error {
  readonly code: 'control-refused' | 'control-lost' | 'control-unreachable';
  constructor(code: ControlError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** A tenant cannot be added or taken away. */
export class TenantError extends Error {
  readonly code = 'bad-tenant';
}

/** The address that the control API was to listen at is taken. */
export class PortInUseError extends Error {
  readonly code = 'port-in-use';
  constructor(what: string, cause: unknown) {
    super(`${what} is in use by another program; choose another one`, { cause });
  }
}

/** An image was to be plugged in as a manager and is none. */
export class ManagerError extends Error {
  readonly code = 'not-a-manager';
  constructor(name: string, why: string, cause?: unknown) {
    super(`the image is no ${name} manager: ${why}; see posiv:managers`, { cause });
  }
}

/** A stream of bytes between nodes cannot be read or written any more, or, `stream-idle`, has nothing to be read yet. */
export class StreamError extends Error {
  readonly code: 'stream-lost' | 'stream-position' | 'stream-idle';
  constructor(code: StreamError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
