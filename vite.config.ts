import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/ui',
  base: '/ui/',
  plugins: [react()],
  build: {
    outDir: '../../dist/ui',
    emptyOutDir: true,
    target: 'es2024',
    chunkSizeWarningLimit: 600,
    // One file of styles: all of them together are smaller than the answers that asking for each page's own would take.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What several pages share comes with the app, but for charts and the editor, which are large and not on every page.
          groups: [{ name: 'shared', test: /^(?!.*(?:chart|uplot|promql|codemirror|lezer)).*$/i, minShareCount: 2 }],
        },
      },
    },
  },
  server: { proxy: { '/api': process.env['HOLTER_URL'] ?? 'http://127.0.0.1:7070' } },
});
