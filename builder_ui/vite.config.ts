import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const hub = process.env['ORDERLOOM_HUB'] ?? 'http://127.0.0.1:8099';

export default defineConfig({
  base: '/app/',
  plugins: [react()],
  resolve: { alias: { '@': here('./src') } },
  build: {
    outDir: here('../platform/orderloom/static/ui'),
    emptyOutDir: true,
    // The server's content security policy allows no data: scripts and no inline code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: true,
  },
  server: { port: 5173, proxy: { '/api': hub } },
  test: { include: ['test/**/*.test.{ts,tsx}'], environment: 'node' },
});
