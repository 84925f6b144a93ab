// Imported before all else. A credential on the command line is read by whoever lists processes: from here on they see
// the program alone.
if (process.argv.some((argument) => argument.startsWith('--api-key'))) process.title = 'mintmark'
