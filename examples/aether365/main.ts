import { openRemote, runExample } from '@mintmark/example-demonstration'
import { contractFile, serveAether365 } from './server.ts'

await runExample({ port: 7003, contractFile, open: openRemote, serve: serveAether365 })
