// Bun's own server, whose WebSocket part is uWebSockets; topics are its own, too.
const server = Bun.serve({
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  async fetch(request, self) {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method !== 'POST') {
      const [, , number] = pathname.split('/');
      return self.upgrade(request, { data: { number } }) ? undefined : new Response('', { status: 400 });
    }
    const to = searchParams.get('to');
    for (const line of (await request.text()).split('\n')) {
      server.publish(to === null ? 'all' : `to-${to}`, JSON.stringify(JSON.parse(line)));
    }
    return new Response('{}', { status: 202, headers: { 'Content-Type': 'application/json' } });
  },
  websocket: {
    open(socket) {
      socket.subscribe('all');
      if (socket.data.number) socket.subscribe(`to-${socket.data.number}`);
    },
    message() {},
  },
});
