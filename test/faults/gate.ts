import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What a gate does with a connection instead of handing it on. `through` hands it on all the same. */
export type Fault = (socket: Socket, through: (socket: Socket, delayMs?: number) => void) => void;

/** Stands between the bot and one neighbour. */
export interface Gate {
  port: number;
  /** From now on every connection meets this; undefined: it is handed on. Connections that are open end. */
  set: (fault: Fault | 'nobody' | undefined) => Promise<void>;
  /** Connections that came in since it was set. */
  met: () => number;
  close: () => Promise<void>;
}

export async function gate(behind: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let fault: Fault | undefined;
  let met = 0;
  const server = createServer((socket) => {
    met += 1;
    keep(socket);
    if (fault) fault(socket, through);
    else through(socket);
  });

  function keep(socket: Socket): void {
    sockets.add(socket);
    // The other side of a fault is cut off in every way there is: that is the point.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  }

  function through(socket: Socket, delayMs = 0): void {
    const far = connect(behind, '127.0.0.1');
    keep(far);
    socket.pipe(far);
    far.on('data', (chunk) => {
      const hand = () => void (socket.writable && socket.write(chunk));
      if (delayMs > 0) setTimeout(hand, delayMs).unref();
      else hand();
    });
    far.on('close', () => setTimeout(() => socket.end(), delayMs).unref());
    socket.on('close', () => far.destroy());
  }

  const listen = async (at: number): Promise<void> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    cut();
    await once(server, 'close');
  };
  const port = await free(listen);
  return {
    port,
    met: () => met,
    async set(wanted) {
      fault = wanted === 'nobody' ? undefined : wanted;
      met = 0;
      if (wanted === 'nobody') return shut();
      cut();
      if (!server.listening) await listen(port);
    },
    close: shut,
  };
}

/** Below the ports that the system hands out: while nobody listens there, nobody else gets it. */
async function free(listen: (port: number) => Promise<void>): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    try {
      await listen(port);
      return port;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}
