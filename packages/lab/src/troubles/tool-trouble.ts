import { quote } from './trouble-context.ts';
import type { TroubleContext } from './trouble-context.ts';

export interface ToolTrouble {
  /** The program is not there any more, wherever on the search path it was. */
  hideTool(name: string): Promise<void>;
  /**
   * Puts a script in the program's place: a tool that lies, fails or hangs. The script begins with its `#!` line; as a
   * function it is told where the real program is.
   */
  shadowTool(name: string, script: string | ((realPath: string) => string)): Promise<void>;
  /** Undoes `hideTool` and `shadowTool`. */
  restoreTool(name: string): Promise<void>;
}

const asideDir = '/var/lib/aside';

export function createToolTrouble(context: TroubleContext): ToolTrouble {
  const moveAside = async (name: string): Promise<string[]> => {
    checkName(name);
    const output = await context.run(`
      paths=$(type -aP ${name} | xargs -r -n 1 readlink -e -- 2>/dev/null | sort -u)
      links=$(type -aP ${name} | sort -u)
      if [ -z "$links" ]; then echo "${name}: not on this host" >&2; exit 1; fi
      for link in $links; do
        mkdir -p "${asideDir}$(dirname "$link")"
        if [ -e "$link" ] || [ -L "$link" ]; then mv "$link" "${asideDir}$link"; echo "$link"; fi
      done`);
    return output.trim().split('\n');
  };
  const restoreTool = async (name: string) => {
    checkName(name);
    await context.run(`
      if [ ! -d ${asideDir} ]; then exit 0; fi
      find ${asideDir} -name ${name} | while read -r kept; do mv "$kept" "\${kept#${asideDir}}"; done`);
  };
  return {
    hideTool: async (name) => void (await moveAside(name)),
    shadowTool: async (name, script) => {
      await restoreTool(name);
      const places = await moveAside(name);
      const text = typeof script === 'string' ? script : script(`${asideDir}${places[0] ?? ''}`);
      if (!text.startsWith('#!')) throw new Error('script: begin it with its #! line');
      for (const place of places)
        await context.run(`cat > ${quote(place)} && chmod 755 ${quote(place)}`, { input: text });
    },
    restoreTool,
  };
}

function checkName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(name)) throw new Error(`name: "${name}" is no program's name`);
}
