/* Of two sources; the other has the tests. */
extern void test_open(void), test_seek(void);
extern void test_close(void);
void test_read(void) __attribute__((cold));
int finish(void);

int main(void)
{
	void test_write(void);

	test_open();
	test_seek();
	test_read();
	test_write();
	test_close();
	return finish();
}
