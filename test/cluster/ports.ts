import { createServer } from 'node:net';

/**
 * Ports on 127.0.0.1 that were free a moment ago, all different: held open together until the last is known. Another
 * program may still take one before it is used; then the program that wanted it says so.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen()));
  const ports = servers.map(({ port }) => port);
  await Promise.all(servers.map((server) => server.close()));
  return ports;
}

function listen(): Promise<{ port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port was given'));
      const close = (): Promise<void> => new Promise((done) => server.close(() => done()));
      resolve({ port: address.port, close });
    });
  });
}
