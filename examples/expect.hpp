// How the examples that check their own result fail.
#pragma once

#include <cstdlib>
#include <iostream>

/// Ends the program with status 1 and prints `what` unless `holds`.
inline void expect(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "unexpected: " << what << '\n';
  std::exit(1);
}
