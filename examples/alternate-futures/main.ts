import { openEmbedded, runExample } from '@mintmark/example-demonstration'
import { contractFile, serveAlternateFutures } from './server.ts'

await runExample({ port: 7004, contractFile, open: openEmbedded, serve: serveAlternateFutures })
