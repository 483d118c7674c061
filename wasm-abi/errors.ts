/** The bytes do not begin as WebAssembly does. */
export class NotWasmError extends Error {
  readonly code = 'not-wasm';

  constructor(what: string) {
    super(`not WebAssembly: ${what}; give a component, a core module or a WASI command`);
    this.name = 'NotWasmError';
  }
}

/** The bytes break the binary format. */
export class MalformedImageError extends Error {
  readonly code = 'malformed-image';
  /** The section that was being read, for example `import`. */
  readonly section: string;
  /** Bytes from the start of the image; undefined where the engine's own validation found the fault. */
  readonly offset: number | undefined;

  constructor(section: string, offset: number | undefined, what: string) {
    super(
      `malformed image: section ${section}${offset === undefined ? '' : `, offset ${offset}`}: ${what}`,
    );
    this.name = 'MalformedImageError';
    this.section = section;
    this.offset = offset;
  }
}

/** Where in an image something was found. */
export interface ImagePlace {
  /** For example `import`. */
  readonly section: string;
  /** Bytes from the start of the image, or of the core module that was given; undefined where it is the section as a whole. */
  readonly offset?: number | undefined;
}

/** The image is well formed, but needs what is not offered here. */
export class UnsupportedImageError extends Error {
  readonly code = 'unsupported-image';
  /** Undefined where the reason lies in the whole image. */
  readonly place: ImagePlace | undefined;

  constructor(what: string, place?: ImagePlace) {
    super(`unsupported image: ${at(place)}${what}`);
    this.name = 'UnsupportedImageError';
    this.place = place;
  }
}

/** The image, or what it would become, passes a limit. */
export class ImageTooLargeError extends Error {
  readonly code = 'image-too-large';
  /** Undefined where the limit is one of the whole image. */
  readonly place: ImagePlace | undefined;

  constructor(what: string, value: number, limit: number, place?: ImagePlace) {
    super(`image too large: ${at(place)}${what} is ${value}, at most ${limit} is allowed`);
    this.name = 'ImageTooLargeError';
    this.place = place;
  }
}

function at(place: ImagePlace | undefined): string {
  if (!place) return '';
  return `section ${place.section}${place.offset === undefined ? '' : `, offset ${place.offset}`}: `;
}

/** The image imports what it was not granted, or what nobody offers. */
export class MissingImportsError extends Error {
  readonly code = 'missing-imports';
  readonly imports: readonly string[];

  constructor(imports: readonly string[]) {
    super(
      `imports that are not offered: ${imports.join(', ')}; grant them, or build the image without them`,
    );
    this.name = 'MissingImportsError';
    this.imports = imports;
  }
}

/** The image needs more memory from the start than its quota allows. */
export class MemoryQuotaError extends Error {
  readonly code = 'quota-exceeded';

  constructor(neededPages: number, maxPages: number) {
    super(
      `memory-pages: the image starts with ${neededPages} pages of 64 KiB, its quota is ${maxPages}`,
    );
    this.name = 'MemoryQuotaError';
  }
}

/** The tables of the image may come to have more than its quota allows. */
export class TableQuotaError extends Error {
  readonly code = 'quota-exceeded';

  constructor(elements: number, quota: number) {
    super(
      `table-elements: the tables of the image may come to have ${elements} elements, its quota is ${quota}`,
    );
    this.name = 'TableQuotaError';
  }
}

/** A program cannot be given these arguments or this environment. */
export class InvalidArgumentsError extends Error {
  readonly code = 'invalid-arguments';

  constructor(what: string) {
    super(`invalid arguments: ${what}`);
    this.name = 'InvalidArgumentsError';
  }
}

/** A function of an instance was called by somebody who has given it back. */
export class InstanceRecycledError extends Error {
  readonly code = 'instance-recycled';

  constructor(functionName: string) {
    super(
      `${functionName} is of an instance that was given back and may be another's now: make an instance, and lift it anew`,
    );
    this.name = 'InstanceRecycledError';
  }
}

/** A compiler or the transpiler refused its input; `messages` is what it said. */
export class BuildFailedError extends Error {
  readonly code = 'build-failed';
  readonly messages: string;

  constructor(step: string, messages: string) {
    super(`${step} failed: ${messages}`);
    this.name = 'BuildFailedError';
    this.messages = messages;
  }
}

/** A build took longer, or its process ended before it had answered. */
export class BuildLostError extends Error {
  readonly code = 'build-lost';

  constructor(step: string, what: string) {
    super(`${step} ended without a result: ${what}`);
    this.name = 'BuildLostError';
  }
}

/** There is no whole prepared image under this key: prepare it (again). */
export class NotPreparedError extends Error {
  readonly code = 'not-prepared';

  constructor(key: string, what: string, cause?: unknown) {
    super(`image ${key} is not prepared: ${what}; prepare it again`, { cause });
    this.name = 'NotPreparedError';
  }
}
