// vStore in TypeScript: what a vTask's module imports as 'vstar/vstore'. Asks for the grant posiv:vstore.
export * as blobs from './blobs.ts';
export { BlobWriter } from './blob-writer.ts';
export * as files from './files.ts';
export type { BlobId, Extent, Stat } from 'posiv:vstore/types@0.1.0';
