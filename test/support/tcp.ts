import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Tcp {
  port: number;
  close: () => Promise<void>;
}

/** A TCP server on loopback that does this with every socket. */
export async function tcp(serve: (socket: Socket) => void): Promise<Tcp> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Hands everything on, until the other side has sent so many bytes: then both ends are gone. */
export function cutAfter(bytes: number, port: number): (socket: Socket) => void {
  return (socket) => {
    const far = connect(port, '127.0.0.1');
    far.on('error', () => socket.destroy());
    let left = bytes;
    socket.pipe(far);
    far.on('data', (chunk) => {
      socket.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) {
        socket.end();
        far.destroy();
      }
    });
    far.on('close', () => socket.end());
  };
}
