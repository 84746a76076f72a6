import { writeFileSync } from 'node:fs';

// Loaded before a program: at its end it writes the most memory that it has taken, in KiB.
process.once('exit', () => writeFileSync(process.env.TELL_MEMORY, String(process.resourceUsage().maxRSS)));
