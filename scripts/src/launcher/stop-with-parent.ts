// Preloaded into the launcher's children (`node --import`): when the launcher is gone, however it went, they stop as
// if they had been asked to. The programs themselves know nothing about it.
const PATIENCE_MS = 60_000

process.on('disconnect', () => {
  setTimeout(() => process.exit(1), PATIENCE_MS).unref()
  process.kill(process.pid, 'SIGTERM')
})
// Listening must not keep a program alive that has finished.
process.channel?.unref()
