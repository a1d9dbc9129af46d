/* The library. */
int file_do(int what);

void test_open(void);
void test_seek(void);
void test_read(void);
void test_write(void);
void test_close(void);
int finish(void);

static int failures;

#define DO(what) (failures += file_do(what) != 0)
#define READ 2

void test_open(void)
{
	DO(0);
}

void test_seek(void)
{
	DO(1);
}

void test_read(void)
{
	DO(READ);
}

void test_write(void)
{
	DO(3);
}

void test_close(void)
{
	DO(4);
}

int finish(void)
{
	return failures > 0;
}
