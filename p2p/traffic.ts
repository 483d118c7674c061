/** What has gone over the connections with one peer; counted as it goes. */
export class Traffic {
  framesSent = 0;
  bytesSent = 0;
  framesReceived = 0;
  bytesReceived = 0;
  /** How often something was given to the connection: all frames of one turn together. */
  sends = 0;
  /** Frames that did not go, since too much was queued. */
  refused = 0;

  add(other: Readonly<Traffic>): this {
    this.framesSent += other.framesSent;
    this.bytesSent += other.bytesSent;
    this.framesReceived += other.framesReceived;
    this.bytesReceived += other.bytesReceived;
    this.sends += other.sends;
    this.refused += other.refused;
    return this;
  }
}

/** The connections of this node with one other since it started, the present one included. */
export interface LinkFigures {
  /** How many there were. */
  readonly connections: number;
  /** Bytes that were sent and have not left. */
  readonly queuedBytes: number;
  readonly traffic: Readonly<Traffic>;
}
