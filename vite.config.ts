import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/ui',
  base: '/ui/',
  plugins: [react()],
  build: { outDir: '../../dist/ui', emptyOutDir: true, target: 'es2024', chunkSizeWarningLimit: 600 },
  server: { proxy: { '/api': process.env['HOLTER_URL'] ?? 'http://127.0.0.1:7070' } },
});
