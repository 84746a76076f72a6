/* Runs in pages: opens a socket, and tells in words what became of it. */
globalThis.openSocket = (url, token) =>
  new Promise((resolve) => {
    try {
      const socket = new WebSocket(url, token ? ['bearer', token] : []);
      socket.onopen = () => resolve('open');
      // No close follows where the page's own policy forbids the connection.
      socket.onerror = () => resolve('error');
    } catch (error) {
      resolve(String(error));
    }
  });
