/**
 * What is guessed first at passwords of eight characters and more, in lower case, without spaces and signs. The lengths
 * that are asked for leave few of the usual lists; what those consist of is caught by the words below, and by looking
 * for repetitions and for walks along the keyboard.
 */
export const commonPasswords: ReadonlySet<string> = wordsIn(`
  correcthorsebatterystaple iloveyousomuch iloveyouforever iloveyoumorethanever ihateyousomuch thequickbrownfox
  thequickbrownfoxjumpsoverthelazydog tobeornottobe tobeornottobethatisthequestion maytheforcebewithyou
  openthedoorplease letmeinletmein letmeinplease pleaseletmein thisismypassword thisisapassword thisisasecret
  mypasswordispassword mysecretpassword mysupersecretpassword averylongpassword alongpassword areallylongpassword
  donotforgetthis idontknowmypassword iforgotmypassword iforgotthepassword nopasswordneeded passwordprotected
  strongpassword trustnooneever allyourbasearebelongtous helloworldhelloworld changethispassword changemeplease
  pleasechangeme setyourpasswordhere enteryourpassword typeyourpassword insertpasswordhere yourpasswordhere
  examplepassword administrator administratorpassword superadministrator itwasthebestoftimes ourfatherwhoartinheaven
  jesuslovesyou godisgoodallthetime inthebeginning onceuponatime happybirthdaytoyou merrychristmas
  liverpoolfootballclub manchesterunited realmadridclubdefutbol fcbarcelonabarcelona newyorknewyork
  unitedstatesofamerica qwertyuiopasdfghjklzxcvbnm
`)

/** Three of these together are guessed about as soon as one. */
export const commonWords: ReadonlySet<string> = wordsIn(`
  password passwort passwd passcode passphrase pass secret login logon signin access admin administrator root user
  username guest test testing tester demo default changeme change letmein welcome hello hallo bonjour hola ciao
  please thanks qwerty qwertz azerty qwertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx abc iloveyou love lover
  lovely loveme iloveu forever always baby babygirl angel princess prince queen king master monster dragon shadow
  sunshine flower rainbow monkey tiger lion eagle panda dog cat kitty puppy horse butterfly dolphin football soccer
  baseball basketball hockey tennis golf liverpool chelsea arsenal barcelona juventus yankees cowboys steelers
  lakers ferrari porsche mercedes mustang superman batman spiderman ironman pokemon pikachu naruto starwars matrix
  minecraft michael jennifer jessica jordan daniel robert thomas charlie ashley michelle andrew anthony joshua
  matthew william elizabeth alexander nicole hannah samantha january february march april june july august september
  october november december monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter
  freedom whatever nothing something trustno trustnoone internet computer samsung google facebook microsoft windows
  apple iphone android linux server company office business apikey keys key token super mega ultra best good cool
  nice big the this is my me you we our your new old one two three abcd abcdef xyz
`)

function wordsIn(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}
