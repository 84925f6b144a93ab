export const secretText = {
  once: 'This is shown now and never again. Put it where you keep secrets.',
  kept: 'I have stored it',
  done: 'Done',
} as const
