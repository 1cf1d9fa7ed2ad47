"""Files of watches and phones, read into sessions in a worker process."""
