import { openEmbedded, runExample } from '@mintmark/example-demonstration'
import { contractFile, serveAlign } from './server.ts'

await runExample({ port: 7001, contractFile, open: openEmbedded, serve: serveAlign })
