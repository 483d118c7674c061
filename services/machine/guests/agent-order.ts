// What of posiv:machine this needs, for guests and for code of the host, which have these types from different places.

interface Forward {
  readonly address: string;
  readonly hostPort: number;
  readonly guestPort: number;
}

interface UserNetwork {
  readonly outward: boolean;
  readonly forwards: readonly Forward[];
}

interface Card {
  readonly mac: string;
  readonly network:
    | { readonly tag: 'link'; readonly val: string }
    | { readonly tag: 'user'; readonly val: UserNetwork };
}

/** What to make, as `spec` of posiv:machine has it. */
interface Spec {
  readonly name: string;
  readonly template: {
    readonly kernel: string;
    readonly initrd: string;
    readonly commandLine: string;
    readonly image?: { readonly pieces: string; readonly index: string } | undefined;
    readonly userData?: string | undefined;
    readonly board: string;
    readonly ready: string;
  };
  readonly shape: { readonly memory: number; readonly processors: number; readonly disk: number };
  readonly cards: readonly Card[];
  readonly bandwidth: number;
  readonly from?:
    | {
        readonly memory?: string | undefined;
        readonly disk: string;
        readonly cpu?: string | undefined;
      }
    | undefined;
  readonly paused: boolean;
  readonly backend?: string | undefined;
}

/** What to take over, as `offer` of posiv:machine has it. */
interface Offer {
  readonly node: string;
  readonly token: string;
}

/** What an agent is told to make, as words of its command. ./agent-order.c reads them; what is said of a card comes after it. */
export function wordsOf(spec: Spec, offer?: Offer): string[] {
  const { name, template, shape, cards, bandwidth, from, paused, backend } = spec;
  const words = [
    `name=${name}`,
    `kernel=${template.kernel}`,
    `initrd=${template.initrd}`,
    `command-line=${template.commandLine}`,
    `board=${template.board}`,
    `ready=${template.ready}`,
    `memory=${shape.memory}`,
    `processors=${shape.processors}`,
    `disk=${shape.disk}`,
    `bandwidth=${bandwidth}`,
  ];
  const { image, userData } = template;
  if (image) words.push(`pieces=${image.pieces}`, `index=${image.index}`);
  if (typeof userData === 'string') words.push(`user-data=${userData}`);
  for (const { mac, network } of cards) {
    words.push(`card=${mac}`);
    if (network.tag === 'link') words.push(`link=${network.val}`);
    else words.push(...wordsOfUser(network.val));
  }
  if (from) {
    words.push(`kept-disk=${from.disk}`);
    if (from.memory) words.push(`kept-memory=${from.memory}`);
    if (from.cpu) words.push(`kept-cpu=${from.cpu}`);
  }
  if (paused) words.push('paused');
  if (backend) words.push(`backend=${backend}`);
  if (offer) words.push(`from-node=${offer.node}`, `token=${offer.token}`);
  return words;
}

function wordsOfUser({ outward, forwards }: UserNetwork): string[] {
  const words = forwards.map(
    ({ address, hostPort, guestPort }) => `forward=${address}:${hostPort}:${guestPort}`,
  );
  return outward ? ['outward', ...words] : words;
}
