/** The addresses that are not this node's own, with or without its peer id. */
export function othersOf(addresses: readonly string[], own: readonly string[]): string[] {
  const mine = new Set(own.map(withoutPeer));
  return addresses.filter((address) => !mine.has(withoutPeer(address)));
}

function withoutPeer(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, '');
}
