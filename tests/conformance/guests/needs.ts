// Reads a file: it cannot be started without the grant of vStore.
import { files } from 'vstar/vstore';
import { print } from 'vstar';

export function run([path = '/']: string[]): void {
  print(String(files.read(path).length));
}
