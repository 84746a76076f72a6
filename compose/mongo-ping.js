// The health check of MongoDB, for mongosh: it has to let the app's user in. The password comes from the file, so that
// no process list shows it.
const fs = require('node:fs');
const password = encodeURIComponent(fs.readFileSync('/run/secrets/MONGO_PASSWORD', 'utf8').trim());
const database = connect(`mongodb://hermes:${password}@127.0.0.1:27017/admin`);
if (database.runCommand({ ping: 1 }).ok !== 1) throw new Error('no pong');
