/** What `vstar` ends with; docs/cli.md explains them to users. */
export const EXIT = {
  failed: 1,
  usage: 2,
  notFound: 3,
  noNode: 4,
  badInput: 5,
  noRoom: 6,
  unreachable: 7,
  resultDiffers: 8,
  // Where the status of a program or a COMMAND is passed through, vstar's own are those of env(1) and docker(1).
  notStarted: 125,
  died: 126,
  commandNotFound: 127,
  killed: 137,
} as const;

/** The statuses of errors that other folders throw or a node answers with, by their code. */
const BY_CODE: Readonly<Record<string, number>> = {
  'no-such-task': EXIT.notFound,
  'not-found': EXIT.notFound,
  refused: EXIT.badInput,
  'admission-missing': EXIT.usage,
  'bad-request': EXIT.usage,
  'bad-ticket': EXIT.badInput,
  'ticket-expired': EXIT.badInput,
  'ticket-used-up': EXIT.badInput,
  'ticket-refused': EXIT.badInput,
  'foreign-cluster': EXIT.badInput,
  'version-mismatch': EXIT.badInput,
  'duplicate-identity': EXIT.badInput,
  'stale-incarnation': EXIT.badInput,
  'cluster-exists': EXIT.badInput,
  'admission-file': EXIT.badInput,
  revoked: EXIT.badInput,
  'not-a-manager': EXIT.badInput,
  'not-wasm': EXIT.badInput,
  'malformed-image': EXIT.badInput,
  'unsupported-image': EXIT.badInput,
  'image-too-large': EXIT.badInput,
  'missing-imports': EXIT.badInput,
  full: EXIT.noRoom,
  'quota-exceeded': EXIT.noRoom,
  timeout: EXIT.unreachable,
  unreachable: EXIT.unreachable,
  'call-failed': EXIT.noNode,
  'control-lost': EXIT.noNode,
};

export function statusOfCode(code: string): number {
  return BY_CODE[code] ?? EXIT.failed;
}
